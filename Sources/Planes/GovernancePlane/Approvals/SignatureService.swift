import Ledger
import MerkleLog
import Attestations
import Daemon
import GRDB
import PlaneContract
import Signing
import Wire

/// Takes one more approver's signature over the very bytes that were proposed.
struct SignatureService: Sendable {
  /// With governance's own, an envelope takes no more.
  static let maximumSignatures = UnverifiedEnvelope.signatureCounts.upperBound - 1

  let context: PlaneContext
  private let store = ApprovalStore()

  init(context: PlaneContext) { self.context = context }

  /// Idempotent by approval and key: the same signature again is answered with where the approval stands, which serving is told
  /// once more. A late signature on an active approval is taken and published too.
  ///
  /// - Throws: `Refusal`: `not_found`; `invalid_request` for a signature that is not the sender's over these bytes; `forbidden`
  ///   for who trained; `conflict` for a person's second key and for an approval that has ended.
  func sign(_ body: ApprovalSign, request: AdmittedRequest) async throws -> ApprovalState {
    let now = request.receivedAt
    let register = ApprovalRegister(context: context, root: request.root)
    return try await context.commit(for: request) { [self] database in
      guard let held = try register.find(body.approvalID, in: database) else {
        throw Refusal(.notFound, "governance has no approval \(body.approvalID); see planectl pending")
      }
      let signature = try ApproverSignature.verify(
        body.signature, nanda: body.nandaSignature, over: held.approval.verified.payload, of: held.predicate,
        from: request)
      let settlement = ApprovalSettlement(context: context, register: register)
      if held.approval.signers.contains(signature.key) { return try settlement.again(held, at: now, in: database) }
      try judge(signature, on: held, from: request)
      try keep(signature, on: held, in: database)
      return try settlement.settle(held.id, at: now, in: database)
    }
  }

  private func judge(
    _ signature: ApproverSignature, on held: RegisteredApproval, from request: AdmittedRequest
  ) throws(Refusal) {
    let (root, now) = (request.root, request.receivedAt)
    try SeparationOfDuties.check(request.sender, of: held.output.output)
    let persons = held.approval.signers.compactMap { root.owner(of: $0).flatMap(root.person) }
    guard !persons.contains(signature.person) else {
      throw Refusal(.conflict, "\(signature.person) has signed approval \(held.id) already, with another key")
    }
    if let ending = held.ending(at: now) { throw Refusal(.conflict, "\(ending); propose the model again") }
    guard root.isLive(at: now) else {
      throw Refusal(.policyFailed, "the trust root expired at \(root.root.expiresAt); nothing new is approved")
    }
    guard held.approval.signers.count < Self.maximumSignatures else {
      throw Refusal(.conflict, "approval \(held.id) holds \(Self.maximumSignatures) signatures, which is the most")
    }
  }

  private func keep(_ signature: ApproverSignature, on held: RegisteredApproval, in database: Database) throws {
    try store.insert(signature, of: held.digest, in: database)
    try context.record(
      .approvalSigned,
      [
        "model_id": held.predicate.modelID.json, "approval_id": held.id.json, "signed_by": signature.principal.json,
        "key": .string(signature.key.keyID), "correlation_id": .init(held.predicate.correlationID?.text),
      ], attestation: held.digest, in: database)
  }
}
