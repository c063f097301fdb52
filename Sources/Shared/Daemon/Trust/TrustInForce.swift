import Attestations
import Synchronization

/// The trust root that this plane goes by now. Every request and every decision loads it once and uses that one throughout; a reload
/// swaps it for its successor, and nothing else ever does.
package final class TrustInForce: Sendable {
  private struct State {
    var root: VerifiedTrustRoot
    var fault: String?
  }

  private let state: Mutex<State>

  package init(_ root: VerifiedTrustRoot) { state = Mutex(State(root: root)) }

  package var root: VerifiedTrustRoot { state.withLock(\.root) }

  /// What is wrong with the folder of roots, for `plane.status`; nil when nothing is. The root in force is none the worse for it.
  package var fault: String? { state.withLock(\.fault) }

  /// Never goes back: an older root, or another of the same version, changes nothing. What was wrong before goes at the same moment.
  func advance(to root: VerifiedTrustRoot, fault: String?) {
    state.withLock { if root.version > $0.root.version { $0 = State(root: root, fault: fault) } }
  }

  func report(_ fault: String?) { state.withLock { $0.fault = fault } }
}
