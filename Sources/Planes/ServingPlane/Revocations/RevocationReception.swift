import Attestations
import Daemon
import GRDB
import Ledger
import PlaneContract
import Signing
import Storage
import Wire

/// `model.revoke` from an approver and `revocation.publish` from governance: judged alike, by the revoker's own signature. Nothing
/// else that is wrong with the world stands in the way; what runs ends before the answer, or is retried until it does.
struct RevocationReception: Sendable {
  let context: PlaneContext
  let approvals: any ApprovalStore
  let store: TombstoneStore
  let index: TombstoneIndex
  let deployments: DeploymentService

  var routes: [Route] {
    [
      .change(.modelRevoke) { request in try await revoke(request) },
      .change(.revocationPublish) { request in try await receive(request) },
    ]
  }

  private func revoke(_ request: AdmittedRequest) async throws -> JSONObject {
    let revocation = try verified(request)
    guard revocation.predicate.revokedBy == request.sender.id else {
      throw Refusal(.forbidden, "revoked_by is \(revocation.predicate.revokedBy), the sender is \(request.sender.id)")
    }
    let dead = try await accept(revocation, for: request, tellGovernance: true)
    return RevocationReceipt(approvals: dead).fields
  }

  private func receive(_ request: AdmittedRequest) async throws -> JSONObject {
    let revocation = try verified(request)
    _ = try await accept(revocation, for: request, tellGovernance: false)
    return Acceptance(digest: revocation.digest).fields
  }

  private func verified(_ request: AdmittedRequest) throws -> Attested<ModelRevocation> {
    let body: Revocation = try request.decoded()
    return try Tombstone.verify(body.revocation, root: context.root, now: request.receivedAt)
  }

  private func accept(
    _ revocation: Attested<ModelRevocation>, for request: AdmittedRequest, tellGovernance: Bool
  ) async throws -> [ApprovalID] {
    // Idempotent by digest, which is also its guard against replay: the durable guard could refuse a revocation for being full or
    // for a clock that went back, and is not asked.
    let accepted = try await context.commit { database in
      try bury(revocation, at: request.receivedAt, tellGovernance: tellGovernance, in: database)
    }
    // Memory follows the disk before anything is answered; from here on every gate knows.
    if let tombstone = accepted.tombstone { index.insert(tombstone) }
    await deployments.endCondemned()
    return accepted.dead
  }

  /// One transaction: the tombstone, the approvals that die by it, the evidence, and the news for governance.
  private func bury(
    _ revocation: Attested<ModelRevocation>, at now: Timestamp, tellGovernance: Bool, in database: Database
  ) throws -> (tombstone: Tombstone?, dead: [ApprovalID]) {
    let predicate = revocation.predicate
    try checkNamed(predicate, in: database)
    let covered = try approvals.approvals(of: predicate.weightsHash, or: predicate.approvalID, in: database)
    guard try !store.contains(revocation.digest, in: database) else { return (nil, covered.map(\.0)) }
    let tombstone = Tombstone(revocation: revocation, deadApprovals: Set(covered.map(\.1)))
    try store.insert(tombstone, at: now, in: database)
    try context.record(
      .modelApprovalRevoked,
      [
        "model_id": predicate.modelID.json, "revoked_by": predicate.revokedBy.json, "reason": .string(predicate.reason),
        "correlation_id": nil, "weights_hash": .string(predicate.weightsHash.description),
        "approvals": .init(covered.prefix(100).map(\.0.text)),
      ], attestation: revocation.digest, in: database)
    if tellGovernance { try tell(revocation, in: database) }
    return (tombstone, covered.map(\.0))
  }

  /// A named approval that is known must be the one that the rest of the revocation describes.
  private func checkNamed(_ revocation: ModelRevocation, in database: Database) throws {
    guard let id = revocation.approvalID, let named = try approvals.subject(of: id, in: database),
      named != revocation.subject
    else { return }
    throw Refusal(
      .policyFailed, "\(id) is of \(named.modelID) with weights \(named.weightsHash), not of what is revoked")
  }

  /// A row that waits is no larger than the tombstone beside it: the outbox's bound must not keep a revocation from being stored.
  private func tell(_ revocation: Attested<ModelRevocation>, in database: Database) throws {
    try Outbox(limit: .max).enqueue(
      kind: MessageKind.revocationPublish.rawValue, digest: revocation.digest,
      body: Revocation(revocation: revocation.envelope).fields.serialized(),
      nowMicroseconds: context.clock.now().microseconds, in: database)
  }
}
