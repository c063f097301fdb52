import Signing
import Wire

/// What the gates need of an approval whose every signature has been verified, and no more: a plane holds many thousands of them in
/// memory. Shared, not copied: the decisions of many requests refer to one.
package final class HeldApproval: Sendable {
  package let predicate: ModelApproval
  package let digest: Digest
  /// Payload digest of the training output.
  package let trainingDigest: Digest
  package let weightsKind: WeightsKind
  package let quorum: Quorum
  /// False while the approval is pending: held and shown, never deployable.
  package let isSignedByGovernance: Bool

  /// Of what `ProvenApproval.verify` has checked.
  init(
    _ approval: Attested<ModelApproval>, of training: VerifiedTrainingOutput, accepted: ApprovalAcceptance?,
    root: VerifiedTrustRoot
  ) {
    predicate = approval.predicate
    digest = approval.digest
    trainingDigest = training.digest
    weightsKind = training.output.result.weightsKind
    quorum = Quorum(
      approval.verified, accepted: accepted, excluding: training.output.submitterPerson, root: root)
    isSignedByGovernance = approval.signers.contains { root.keys(of: .governance).contains($0) }
  }
}
