import Attestations
import MerkleLog
import Signing
import Wire

// The papers of the approval: by keys of any version of the root. Whose signature counts at a time is for the gates.
extension BundleVerifier {
  func trainingOutput(_ roots: RootVersions) throws -> Passed<Void> {
    let keys = roots.newest.keysEver(of: .training)
    try bundle.trainingOutput.requireSound(as: .statement, by: keys)
    let output = try bundle.trainingOutput.attested(TrainingOutput.self, by: keys).predicate
    return Passed((), "\(output.modelID) with weights \(output.weightsHash), signed by the training plane")
  }

  func submission(_ roots: RootVersions) throws -> Passed<VerifiedTrainingOutput> {
    let verified = try VerifiedTrainingOutput.reread(bundle.trainingOutput, root: roots.newest)
    return Passed(verified, "\(verified.output.submittedBy) signed the same facts")
  }

  func approval(_ roots: RootVersions) throws -> Passed<Attested<ModelApproval>> {
    let root = roots.newest
    let keys = root.keysEver(of: .approver) + root.keysEver(of: .governance)
    try bundle.approval.requireSound(as: .statement, by: keys)
    let approval = try bundle.approval.attested(ModelApproval.self, by: keys)
    let approver = approval.predicate.approvedBy
    guard approval.signers.contains(where: { root.owner(of: $0) == approver }) else {
      throw BundleFault("approved_by \(approver) did not sign it")
    }
    return Passed(approval, "\(approval.predicate.approvalID), proposed and signed by \(approver)")
  }

  func agreement(_ approval: Attested<ModelApproval>, _ output: VerifiedTrainingOutput) throws -> Passed<Void> {
    if let problem = ApprovalRules.fields(approval.predicate, matching: output).first { throw BundleFault(problem) }
    return Passed((), "the approval is of this training output")
  }

  func promotion(
    _ roots: RootVersions, _ approval: Attested<ModelApproval>, _ evidence: [ReadEvidence]
  ) throws -> Passed<Void> {
    guard let envelope = bundle.promotion else { return Passed((), "") }
    let keys = roots.newest.keysEver(of: .serving)
    try envelope.requireSound(as: .statement, by: keys)
    let record = try envelope.attested(PromotionResult.self, by: keys).predicate.record
    let approved = approval.predicate
    guard record.approvalDigest == approval.digest, record.approvalID == approved.approvalID,
      record.modelID == approved.modelID, record.weightsHash == approved.weightsHash
    else { throw BundleFault("it is of another approval, model or weights") }
    guard approved.environments.contains(record.environment) else {
      throw BundleFault("the approval does not name \(record.environment)")
    }
    guard approved.scopes.map({ scopes in record.scope.map(scopes.contains) == true }) ?? true else {
      throw BundleFault("the approval does not name its scope")
    }
    guard evidence.contains(where: { $0.event == .deploymentIntended && $0.id == record.evidenceEntryID }) else {
      throw BundleFault("evidence_entry_id \(record.evidenceEntryID.clipped(200)) is not the intent in the evidence")
    }
    return Passed(
      (),
      "serving deployed it to \(record.environment) at \(record.promotedAt); whether it runs there still nobody says here"
    )
  }
}
