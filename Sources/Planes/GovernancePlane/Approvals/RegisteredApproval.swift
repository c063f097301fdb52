import Attestations
import PlaneContract
import Signing
import Wire

/// An approval as this plane holds it: every stored signature verified again, with the facts that its status follows from.
struct RegisteredApproval: Sendable {
  let approval: Attested<ModelApproval>
  let output: VerifiedTrainingOutput
  let quorum: Quorum
  /// What it lacks to be complete but governance's signature; nil when it lacks nothing.
  let shortfall: String?
  /// Ours, present once the quorum was complete.
  let governanceSignature: EnvelopeSignature?
  /// The no that closed it.
  let rejection: Attested<ApprovalRejection>?
  let state: ApprovalLedgerState

  var predicate: ModelApproval { approval.predicate }
  var id: ApprovalID { approval.predicate.approvalID }
  var digest: Digest { approval.digest }

  /// The principals whose signatures count, in the order in which they signed.
  func approvers(_ root: VerifiedTrustRoot) -> [PrincipalID] {
    let counted = Set(quorum.approvers.values.map(\.id))
    return approval.signers.compactMap { root.owner(of: $0) }.filter(counted.contains)
  }

  /// The same, once its quorum stands and governance has signed.
  func completed(by signature: EnvelopeSignature) -> RegisteredApproval {
    var state = state
    state.wasComplete = true
    state.isComplete = true
    return RegisteredApproval(
      approval: approval, output: output, quorum: quorum, shortfall: shortfall, governanceSignature: signature,
      rejection: rejection, state: state)
  }

  /// The approval with every signature so far, ours last.
  var envelope: UnverifiedEnvelope {
    governanceSignature.map(approval.envelope.adding) ?? approval.envelope
  }

  func answer(_ root: VerifiedTrustRoot, now: Timestamp) -> ApprovalState {
    ApprovalState(
      approvalID: id, status: state.status(at: now), approvers: approvers(root),
      requiredApprovers: Quorum.required(predicate, policy: root.policy))
  }

  var publication: ApprovalPublication {
    ApprovalPublication(approval: envelope, trainingOutput: output.attested.envelope)
  }
}
