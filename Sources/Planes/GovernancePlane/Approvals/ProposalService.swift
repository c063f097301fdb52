import Ledger
import MerkleLog
import Attestations
import Daemon
import GRDB
import Metadata
import PlaneContract
import Signing
import Wire

/// Takes an approver's proposal: authentic, about an output that is known here, within every rule, and the first of its id.
struct ProposalService: Sendable {
  /// Approvals that one approver proposes of one model's weights, whatever became of them: bounds what one revocation has to
  /// kill and report, and nobody uses up what others may propose.
  static let maximumPerApprover = 1000

  let context: PlaneContext
  private let store = ApprovalStore()

  init(context: PlaneContext) { self.context = context }

  /// Idempotent by payload: the same proposal again is answered with where it stands, which serving is told once more.
  ///
  /// - Throws: `Refusal`: `invalid_request` or `forbidden` for what the sender did not sign in their own name, `conflict` for an
  ///   id that was used, `not_found` for an unknown output, `policy_failed` with everything that is against the rules.
  func propose(_ body: ApprovalPropose, request: AdmittedRequest) async throws -> ApprovalState {
    let approval = try verify(body, from: request.sender)
    let signature = try ApproverSignature.verify(
      body.approval.signatures[0], nanda: body.nandaSignature, over: body.approval.payload, of: approval.predicate,
      from: request)
    let register = ApprovalRegister(context: context, root: request.root)
    let settlement = ApprovalSettlement(context: context, register: register)
    return try await context.commit(for: request) { [self] database in
      if let earlier = try register.find(approval.predicate.approvalID, in: database) {
        guard earlier.digest == approval.digest else {
          throw Refusal(.conflict, "approval id \(earlier.id) was used for another approval; propose under a new id")
        }
        return try settlement.again(earlier, at: request.receivedAt, in: database)
      }
      let report = try judge(approval, from: request, by: register, in: database)
      try keep(approval, signature, report, in: database)
      return try settlement.settle(approval.predicate.approvalID, at: request.receivedAt, in: database)
    }
  }

  private func verify(_ body: ApprovalPropose, from sender: Principal) throws(Refusal) -> Attested<ModelApproval> {
    guard body.approval.signatures.count == 1 else {
      throw Refusal(
        .invalidRequest, "a proposal carries the proposer's signature alone; others sign with approval.sign")
    }
    let approval: Attested<ModelApproval>
    do { approval = try body.approval.attested(by: sender.keys) } catch { throw Refusal(.invalidRequest, "\(error)") }
    guard approval.predicate.approvedBy == sender.id else {
      throw Refusal(.forbidden, "approved_by is \(approval.predicate.approvedBy), but \(sender.id) proposes it")
    }
    guard approval.predicate.trainingOutputDigest == body.trainingOutputDigest else {
      throw Refusal(.invalidRequest, "training_output_digest of the message and of the approval differ")
    }
    return approval
  }

  /// Every rule is asked, so that one refusal names all that is wrong.
  ///
  /// - Returns: what the profile's rules said, for the evidence.
  private func judge(
    _ approval: Attested<ModelApproval>, from request: AdmittedRequest, by register: ApprovalRegister,
    in database: Database
  ) throws -> IntegrityReport? {
    let (sender, root) = (request.sender, request.root)
    let digest = approval.predicate.trainingOutputDigest
    guard let output = try register.output(digest, in: database) else {
      throw Refusal(.notFound, "governance has no training output \(digest); submitted just now? try again")
    }
    try SeparationOfDuties.check(sender, of: output.output)
    var problems = ApprovalRules.violations(approval.predicate, output: output, root: root, now: request.receivedAt)
    // The serving plane is shown it for the first time, and judges it as of then.
    if let objection = output.objection(under: root, acceptedUnder: nil) { problems.append(objection) }
    let report = try ProfileJudgement(root: root, register: register)
      .report(on: output, profile: approval.predicate.profile, now: request.receivedAt, in: database)
    problems += report.map { ProfileJudgement.problems(of: $0, profile: approval.predicate.profile) } ?? []
    if let condemnation = try register.condemnation(of: approval, in: database) { problems.append(condemnation) }
    guard problems.isEmpty else { throw Refusal(.policyFailed, problems.joined(separator: "; ")) }
    let earlier = try store.count(ofWeights: approval.predicate.weightsHash, by: sender.id, in: database)
    guard earlier < Self.maximumPerApprover else {
      throw Refusal(.conflict, "\(sender.id) has proposed \(earlier) approvals of these weights, which is the most")
    }
    return report
  }

  private func keep(
    _ approval: Attested<ModelApproval>, _ signature: ApproverSignature, _ report: IntegrityReport?,
    in database: Database
  ) throws {
    try store.insert(approval, receivedAt: signature.signedAt, in: database)
    try store.insert(signature, of: approval.digest, in: database)
    let predicate = approval.predicate
    try context.record(
      .approvalProposed,
      [
        "model_id": predicate.modelID.json, "approval_id": predicate.approvalID.json,
        "approved_by": predicate.approvedBy.json, "correlation_id": .init(predicate.correlationID?.text),
        "training_output_digest": .string(predicate.trainingOutputDigest.description),
        "profile": predicate.profile.json, "integrity_report": ProfileJudgement.evidence(of: report),
      ], attestation: approval.digest, in: database)
  }
}
