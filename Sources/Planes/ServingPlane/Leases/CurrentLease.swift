import Attestations
import Synchronization
import Wire

/// The newest lease, in memory for the gates; replaced after the commit that stored it.
final class CurrentLease: Sendable {
  private struct State {
    var lease: HeldLease?
    var announcedRoot: Int?
    var lag: CarriedLag?
  }

  private let state: Mutex<State>

  init(_ stored: HeldLease?) { state = Mutex(State(lease: stored)) }

  var lease: HeldLease? { state.withLock(\.lease) }

  /// The lease, and the trust root version that governance has signed a lease of and this plane does not know.
  var standing: (lease: HeldLease?, announcedRoot: Int?) { state.withLock { ($0.lease, $0.announcedRoot) } }

  /// Of two that were accepted at the same moment the newer stays.
  func accepted(_ lease: HeldLease, at now: Timestamp) {
    state.withLock { state in
      if let held = state.lease?.predicate, held.wasIssued(by: now), held.issuedAt > lease.predicate.issuedAt { return }
      state.lease = lease
      state.announcedRoot = nil
    }
  }

  /// How far the log that leases carry is behind; nil while it is not.
  var lag: CarriedLag? { state.withLock(\.lag) }

  /// Returns whether it has just fallen behind: for an alarm that is raised once.
  func carries(_ lag: CarriedLag?) -> Bool {
    state.withLock { state in
      defer { state.lag = lag }
      return state.lag == nil && lag != nil
    }
  }

  func announced(root version: Int) {
    state.withLock { $0.announcedRoot = max($0.announcedRoot ?? version, version) }
  }
}
