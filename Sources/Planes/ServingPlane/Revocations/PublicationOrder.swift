import Synchronization
import Wire

/// In which order governance wrote what it publishes, whatever way its messages took.
///
/// Governance withdraws the approvals that a revocation kills before it tells the revocation. An `approval.publish` whose answer it no
/// longer awaits may still be under way then, and by a revoker's slow clock such an approval would look like a newer one, which lives. So
/// one that was written before the last revocation is refused for the moment: what is alive is written again and comes back.
///
/// In memory: what is under way to a process ends with it.
final class PublicationOrder: Sendable {
  private let lastRevocation = Mutex<Timestamp?>(nil)

  /// Takes when governance issued a `revocation.publish`. Called inside the revocation's commit, as the other is inside an approval's.
  func revoked(at issued: Timestamp) {
    lastRevocation.withLock { $0 = max($0 ?? issued, issued) }
  }

  /// Whether an `approval.publish` issued then was overtaken by a revocation.
  func isOvertaken(_ issued: Timestamp) -> Bool {
    lastRevocation.withLock { last in last.map { issued <= $0 } ?? false }
  }
}
