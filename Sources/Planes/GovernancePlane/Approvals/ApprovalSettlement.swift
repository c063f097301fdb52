import Ledger
import MerkleLog
import Attestations
import Daemon
import GRDB
import PlaneContract
import Signing
import Wire

/// What follows from every accepted signature, in its own transaction: governance signs once the quorum is complete, and the
/// serving plane is told where the approval stands, pending or active.
struct ApprovalSettlement: Sendable {
  let context: PlaneContext
  let register: ApprovalRegister
  private let store = ApprovalStore()

  init(context: PlaneContext, register: ApprovalRegister) {
    self.context = context
    self.register = register
  }

  /// Reads the approval back as stored, so that what is signed and published is what the rows prove.
  func settle(_ id: ApprovalID, at now: Timestamp, in database: Database) throws -> ApprovalState {
    var held = try stored(id, in: database)
    if isComplete(held, at: now) { held = try signed(held, in: database) }
    // After the revocation the serving plane would take it for a newer approval.
    guard !held.state.isRevoked else { return held.answer(register.root, now: now) }
    try context.enqueue(.approvalPublish, held.publication, digest: held.digest, in: database)
    return held.answer(register.root, now: now)
  }

  /// The answer for who asks again. The serving plane is told once more, unless the approval has ended.
  func again(_ held: RegisteredApproval, at now: Timestamp, in database: Database) throws -> ApprovalState {
    let answer = held.answer(register.root, now: now)
    if answer.status == .pending || answer.status == .active {
      try context.enqueueAgain(.approvalPublish, held.publication, digest: held.digest, in: database)
    }
    return answer
  }

  /// Signs what is complete but for the signature of governance's present key. One whose rows do not hold keeps no other waiting.
  func renew(_ id: ApprovalID, at now: Timestamp, in database: Database) throws {
    guard let held = try? register.find(id, in: database), isComplete(held, at: now) else { return }
    let renewed = try signed(held, in: database)
    try context.enqueue(.approvalPublish, renewed.publication, digest: renewed.digest, in: database)
  }

  private func stored(_ id: ApprovalID, in database: Database) throws -> RegisteredApproval {
    guard let held = try register.find(id, in: database) else {
      throw Refusal(.internal, "approval \(id) was written but cannot be read back")
    }
    return held
  }

  func isComplete(_ held: RegisteredApproval, at now: Timestamp) -> Bool {
    held.governanceSignature == nil && held.state.status(at: now) == .pending
      && held.shortfall == nil
  }

  func signed(_ held: RegisteredApproval, in database: Database) throws -> RegisteredApproval {
    let type = PayloadType.statement
    let encoding = PreAuthenticationEncoding(payloadType: type.rawValue, payload: held.approval.verified.payload)
    let signature = EnvelopeSignature(try context.signer.sign(encoding), by: context.signer.publicKey)
    try store.complete(held.digest, by: signature, in: database)
    try context.record(.modelApproved, evidence(of: held), attestation: held.digest, in: database)
    return held.completed(by: signature)
  }

  /// Upstream's fields of `model_approved`, and which approval and whose signatures it was.
  private func evidence(of held: RegisteredApproval) -> JSONObject {
    let approval = held.predicate
    return [
      "model_id": approval.modelID.json, "approved_by": approval.approvedBy.json, "profile": approval.profile.json,
      "expires_at": .string(approval.expiresAt.attestationText), "correlation_id": .init(approval.correlationID?.text),
      "approval_id": approval.approvalID.json, "approval_digest": .string(held.digest.description),
      "approvers": .init(held.approvers(register.root).map(\.text)),
    ]
  }
}
