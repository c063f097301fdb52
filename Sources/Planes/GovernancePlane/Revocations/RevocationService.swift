import Ledger
import MerkleLog
import Attestations
import Daemon
import GRDB
import PlaneContract
import Signing
import Storage
import Wire

/// Accepts revocations. One approver suffices, and beyond a valid signature of theirs nothing stands in the way: not an expired
/// root, not a full outbox, not a missing approval (DESIGN section 5).
struct RevocationService: Sendable {
  /// Names of dead approvals in one answer, which must fit a frame; `approval.list` shows all.
  static let maximumAnswered = 1000

  let context: PlaneContext
  private let tombstones = TombstoneStore()
  private let approvals = ApprovalStore()
  private let delivery: RevocationDelivery

  init(context: PlaneContext) {
    self.context = context
    delivery = RevocationDelivery(context: context)
  }

  /// `model.revoke`: the revoker sends it.
  func revoke(_ envelope: UnverifiedEnvelope, request: AdmittedRequest) async throws -> RevocationReceipt {
    let revocation = try Tombstone.verify(envelope, root: request.root, now: request.receivedAt)
    guard revocation.predicate.revokedBy == request.sender.id else {
      throw Refusal(.forbidden, "revoked_by is \(revocation.predicate.revokedBy), but \(request.sender.id) sends it")
    }
    let dead = try await bury(revocation, request, passBack: false)
    return RevocationReceipt(approvals: Array(dead.prefix(Self.maximumAnswered)))
  }

  /// `revocation.publish`: judged by the revoker's own signature; who passes it on adds nothing. It is always passed back, also when it
  /// is known: serving takes no approval of these weights until it knows that we know.
  func accept(_ envelope: UnverifiedEnvelope, request: AdmittedRequest) async throws -> Acceptance {
    let revocation = try Tombstone.verify(envelope, root: request.root, passedOn: true, now: request.receivedAt)
    _ = try await bury(revocation, request, passBack: true)
    return Acceptance(digest: revocation.digest)
  }

  /// Idempotent by payload digest, which is also what guards against replay: the durable replay guard could refuse a revocation
  /// for being full or for a clock that went back, and is not asked.
  private func bury(
    _ revocation: Attested<ModelRevocation>, _ request: AdmittedRequest, passBack: Bool
  ) async throws -> [ApprovalID] {
    let signed = try countersigned(revocation, request.root)
    return try await context.commit(mayUseReserve: true) { [self] database in
      if try tombstones.holds(revocation.digest, in: database) {
        if passBack { try delivery.tell(signed, in: database) }
        return try tombstones.dead(by: revocation.digest, in: database).map(\.id)
      }
      return try bury(revocation, as: signed, from: request.sender.id, at: request.receivedAt, in: database)
    }
  }

  /// What governance revokes by itself, inside the commit of the drift check that it follows from.
  func revoke(_ automatic: ModelRevocation, at now: Timestamp, in database: Database) throws {
    let signed = try UnverifiedEnvelope(attesting: automatic, by: [context.signer])
    let revocation = try Tombstone.verify(signed, root: context.root, now: now)
    _ = try bury(revocation, as: signed, from: context.principal.id, at: now, in: database)
  }

  private func bury(
    _ revocation: Attested<ModelRevocation>, as signed: UnverifiedEnvelope, from sender: PrincipalID, at now: Timestamp,
    in database: Database
  ) throws -> [ApprovalID] {
    try tombstones.insert(revocation, envelope: signed, receivedAt: now, in: database)
    let dead = try tombstones.dead(by: revocation.digest, in: database)
    try withdraw(dead.map(\.digest), in: database)
    let data = try evidence(of: revocation.predicate, dead.map(\.id), from: sender, in: database)
    try context.record(.modelApprovalRevoked, data, attestation: revocation.digest, in: database)
    try delivery.tell(signed, in: database)
    return dead.map(\.id)
  }

  /// The revoker's one signature and ours, which says that we accepted it.
  private func countersigned(
    _ revocation: Attested<ModelRevocation>, _ root: VerifiedTrustRoot
  ) throws -> UnverifiedEnvelope {
    let (payload, type) = (revocation.verified.payload, PayloadType.statement)
    let own = zip(revocation.signers, revocation.envelope.signatures).first { key, _ in
      root.owner(of: key) == revocation.predicate.revokedBy
    }
    let signature = try context.signer.sign(PreAuthenticationEncoding(payloadType: type.rawValue, payload: payload))
    return UnverifiedEnvelope(
      payloadType: type.rawValue, payload: payload,
      signatures: (own.map { [$0.1] } ?? []) + [EnvelopeSignature(signature, by: context.signer.publicKey)])
  }

  /// What died is not told to the serving plane any more: revocations are delivered first, and by a revoker's slow clock an
  /// approval that came after its revocation would look like a newer one, which lives.
  private func withdraw(_ dead: [Digest], in database: Database) throws {
    let kind = MessageKind.approvalPublish.rawValue
    for digest in dead where try context.outbox.isWaiting(kind: kind, digest: digest, in: database) {
      try context.outbox.withdraw(kind: kind, digest: digest, in: database)
      try approvals.withdrawn(digest, in: database)
    }
  }

  private func evidence(
    of revocation: ModelRevocation, _ dead: [ApprovalID], from sender: PrincipalID, in database: Database
  ) throws -> JSONObject {
    let row = try dead.last.flatMap { try approvals.row($0, in: database) }
    let newest = row.flatMap { try? Statement<ModelApproval>.parse($0.payload) }
    return RevocationEvidence.data(
      revocation, dead: dead, correlationID: newest?.correlationID, receivedFrom: sender)
  }
}
