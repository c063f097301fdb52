import Signing
import Synchronization
import Wire

/// Keeps an approval out that governance wrote before it knew of a revocation of the same weights. Governance kills all that it holds when
/// it accepts a revocation; one of them that arrived here afterwards would, by a revoker's slow clock, look like a newer one, which lives.
///
/// Two cases. Governance told the revocation, and an `approval.publish` whose answer it no longer awaited was still under way: that was
/// issued earlier. Or the revocation came in at this plane's own door: until governance passes it on, it may not know of it. Such an
/// approval is refused for the moment; what is alive is written again and comes back.
final class PublicationOrder: Sendable {
  private struct State {
    /// When governance issued the last `revocation.publish`. What is under way to a process ends with it, so memory suffices.
    var lastRevocation: Timestamp?
    /// Weights by the digest of their revocation.
    var notPassedOn: [Digest: Digest]
  }

  private let state: Mutex<State>

  /// Takes the revocations that have not been delivered to governance.
  init(undelivered: [Digest: Digest]) { state = Mutex(State(notPassedOn: undelivered)) }

  // Each is called inside the commit of what it is about: the order of commits is the order on disk.

  /// A revocation at this plane's own door.
  func revoked(_ weights: Digest, by revocation: Digest) {
    state.withLock { $0.notPassedOn[revocation] = weights }
  }

  /// A revocation that governance passes on, in a message that it issued then.
  func passedOn(_ revocation: Digest, issued: Timestamp) {
    state.withLock { state in
      state.notPassedOn[revocation] = nil
      state.lastRevocation = max(state.lastRevocation ?? issued, issued)
    }
  }

  /// Why an approval of these weights, in a message that governance issued then, must wait; or nil. A revocation that was issued
  /// ahead of any clock that may run fast came before the clocks were set back: nothing from before that is still under way.
  func hindrance(of weights: Digest, issued: Timestamp, now: Timestamp) -> String? {
    state.withLock { state in
      if let last = state.lastRevocation, issued <= last, last <= now.adding(seconds: Message.clockSkewSeconds) {
        return "a revocation overtook this message"
      }
      guard state.notPassedOn.values.contains(weights) else { return nil }
      return "governance has not yet passed on a revocation of these weights"
    }
  }
}
