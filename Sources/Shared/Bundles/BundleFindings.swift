import Attestations
import Wire

/// What the checks of a bundle found, for those who tell people of it. Nothing stands here that its check did not pass.
package struct BundleFindings: Sendable {
  /// The newest version of the trust root that the bundle holds.
  package var trustRootVersion: Int?
  /// Whose signatures count, each person once; empty where the papers do not hold.
  package var approvers: [PrincipalID] = []
  /// When governance said which revocations there were: nothing later is known from here.
  package var revocationsKnownAt: Timestamp?
  /// Until when that word holds.
  package var leaseEnd: Timestamp?
}
