import Signing
import Ledger
import MerkleLog
import Attestations
import Daemon
import GRDB
import PlaneContract
import Wire

/// Takes one approver's no, which closes a proposal. The serving plane need not hear of it: it never gets governance's signature.
struct RejectionService: Sendable {
  let context: PlaneContext
  private let store = ApprovalStore()

  init(context: PlaneContext) { self.context = context }

  /// Idempotent by the decision's payload digest.
  ///
  /// - Throws: `Refusal`: `invalid_request` or `forbidden` for what the sender did not sign in their own name, `not_found`,
  ///   `conflict` for an approval that is not pending.
  func reject(_ body: ApprovalReject, request: AdmittedRequest) async throws -> ApprovalState {
    let (decision, now) = (try verify(body, request), request.receivedAt)
    let register = ApprovalRegister(context: context, root: request.root)
    return try await context.commit(for: request) { [self] database in
      let held = try matching(decision.predicate, register, in: database)
      if held.rejection?.digest == decision.digest { return held.answer(request.root, now: now) }
      try checkPending(held, now: now)
      try store.insert(decision, receivedAt: now, in: database)
      try context.record(
        .approvalRejected, evidence(of: decision.predicate, held), attestation: decision.digest, in: database)
      let closed = try register.find(held.id, in: database) ?? held
      return closed.answer(request.root, now: now)
    }
  }

  private func verify(_ body: ApprovalReject, _ request: AdmittedRequest) throws(Refusal) -> Attested<ApprovalRejection>
  {
    let decision: Attested<ApprovalRejection>
    do { decision = try body.decision.attested(by: request.sender.keys) } catch {
      throw Refusal(.invalidRequest, "\(error)")
    }
    guard decision.predicate.rejectedBy == request.sender.id else {
      throw Refusal(.forbidden, "rejected_by is \(decision.predicate.rejectedBy), but \(request.sender.id) sends it")
    }
    guard decision.predicate.rejectedAt <= request.receivedAt.adding(seconds: Message.clockSkewSeconds) else {
      throw Refusal(.invalidRequest, "rejected_at is ahead of this plane's clock, \(request.receivedAt)")
    }
    return decision
  }

  private func matching(_ rejection: ApprovalRejection, _ register: ApprovalRegister, in database: Database) throws
    -> RegisteredApproval
  {
    guard let held = try register.find(rejection.approvalID, in: database) else {
      throw Refusal(.notFound, "governance has no approval \(rejection.approvalID); see planectl pending")
    }
    guard rejection.approvalDigest == held.digest, rejection.subject == held.predicate.subject else {
      throw Refusal(.invalidRequest, "the decision is not about approval \(held.id) as governance holds it")
    }
    return held
  }

  private func checkPending(_ held: RegisteredApproval, now: Timestamp) throws(Refusal) {
    if let ending = held.ending(at: now) { throw Refusal(.conflict, "\(ending); there is nothing to reject") }
    guard held.state.status(at: now) == .pending else {
      throw Refusal(.conflict, "approval \(held.id) is active; revoke it instead")
    }
  }

  private func evidence(of rejection: ApprovalRejection, _ held: RegisteredApproval) -> JSONObject {
    [
      "model_id": held.predicate.modelID.json, "approval_id": held.id.json,
      "approval_digest": .string(held.digest.description), "rejected_by": rejection.rejectedBy.json,
      "reason": .string(rejection.reason), "correlation_id": .init(held.predicate.correlationID?.text),
    ]
  }
}
