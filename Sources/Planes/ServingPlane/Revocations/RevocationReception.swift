import Attestations
import Daemon
import GRDB
import Ledger
import MerkleLog
import PlaneContract
import Signing
import Storage
import Wire

/// `model.revoke` from an approver and `revocation.publish` from governance: judged alike, by the revoker's own signature. Nothing
/// else that is wrong with the world stands in the way; what runs ends before the answer, or is retried until it does.
struct RevocationReception: Sendable {
  private static let maximumNamed = 1000

  let context: PlaneContext
  let approvals: any ApprovalStore
  let store: TombstoneStore
  let index: TombstoneIndex
  let deployments: DeploymentService
  let order: PublicationOrder

  var routes: [Route] {
    [
      .change(.modelRevoke) { request in try await revoke(request) },
      .change(.revocationPublish) { request in try await receive(request) },
    ]
  }

  private func revoke(_ request: AdmittedRequest) async throws -> JSONObject {
    let body: Revocation = try request.decoded()
    let revocation = try verified(body.revocation, request, passedOn: false)
    guard revocation.predicate.revokedBy == request.sender.id else {
      throw Refusal(.forbidden, "revoked_by is \(revocation.predicate.revokedBy), the sender is \(request.sender.id)")
    }
    let dead = try await accept(revocation, for: request, tellGovernance: true)
    // The tables hold all; a reply has to fit a frame.
    return RevocationReceipt(approvals: Array(dead.prefix(Self.maximumNamed))).fields
  }

  private func receive(_ request: AdmittedRequest) async throws -> JSONObject {
    let body: RevocationPublication = try request.decoded()
    let revocation = try verified(body.revocation, request, passedOn: true)
    if revocation.predicate.isAutomatic {
      try await checkAutomatic(revocation, body.observation, under: request.root)
    }
    _ = try await accept(revocation, for: request, tellGovernance: false)
    return Acceptance(digest: revocation.digest).fields
  }

  /// On governance's signature alone only what a warrant covers; or what ends nothing here, because no approval of these weights is
  /// alive: so an approver who revokes them makes both planes agree whatever was lost. A stolen governance key must not stop the rest.
  private func checkAutomatic(
    _ revocation: Attested<ModelRevocation>, _ observation: UnverifiedEnvelope?, under root: VerifiedTrustRoot
  ) async throws {
    let weights = revocation.predicate.weightsHash
    let wouldEnd = try await context.database.read { database in
      try !store.contains(revocation.digest, in: database)
        && !approvals.approvalsAlive(of: weights, or: nil, in: database).isEmpty
    }
    guard wouldEnd else { return }
    do { try DriftWarrant.check(observation, for: revocation.predicate, under: root) } catch {
      throw Refusal(.forbidden, "drift revokes \(weights) without a warrant, \(error); an approver can revoke it")
    }
  }

  private func verified(
    _ revocation: UnverifiedEnvelope, _ request: AdmittedRequest, passedOn: Bool
  ) throws -> Attested<ModelRevocation> {
    try Tombstone.verify(revocation, root: request.root, passedOn: passedOn, now: request.receivedAt)
  }

  private func accept(
    _ revocation: Attested<ModelRevocation>, for request: AdmittedRequest, tellGovernance: Bool
  ) async throws -> [ApprovalID] {
    // Idempotent by digest, which is also its guard against replay: the durable guard could refuse a revocation for being full or
    // for a clock that went back, and is not asked.
    let accepted = try await context.commit(mayUseReserve: true) { database in
      if !tellGovernance { order.passedOn(revocation.digest, issued: request.message.issuedAt) }
      return try bury(revocation, from: request, tellGovernance: tellGovernance, in: database)
    }
    // Memory follows the disk before anything is answered; from here on every gate knows.
    if let tombstone = accepted.tombstone { index.insert(tombstone) }
    await deployments.endCondemned()
    return accepted.dead
  }

  /// One transaction: the tombstone, the approvals that die by it, the evidence, and the news for governance.
  private func bury(
    _ revocation: Attested<ModelRevocation>, from request: AdmittedRequest, tellGovernance: Bool, in database: Database
  ) throws -> (tombstone: Tombstone?, dead: [ApprovalID]) {
    guard try !store.contains(revocation.digest, in: database) else {
      return (nil, try store.dead(by: revocation.digest, in: database))
    }
    let predicate = revocation.predicate
    let dying = try approvals.approvalsAlive(of: predicate.weightsHash, or: predicate.approvalID, in: database)
    let tombstone = Tombstone(revocation: revocation, deadApprovals: Set(dying.map(\.1)))
    try store.insert(tombstone, at: request.receivedAt, in: database)
    let data = RevocationEvidence.data(
      predicate, dead: dying.map(\.0), correlationID: try correlation(of: dying.last?.1, in: database),
      receivedFrom: request.sender.id)
    try context.record(.modelApprovalRevoked, data, attestation: revocation.digest, in: database)
    if tellGovernance {
      // Should the commit fail, approvals of the weights wait all the same: somebody meant to stop them.
      order.revoked(predicate.weightsHash, by: revocation.digest)
      try context.publish(revocation.envelope, in: database)
    }
    return (tombstone, dying.map(\.0))
  }

  /// The training run of the newest approval that dies, for readers who follow one run through the evidence.
  private func correlation(of digest: Digest?, in database: Database) throws -> CorrelationID? {
    guard let digest, let row = try approvals.approval(digest, in: database) else { return nil }
    let envelope = try? UnverifiedEnvelope(parsing: row.approval, maximumPayload: AttestationFormat.maximumPayload)
    return envelope.flatMap { try? Statement<ModelApproval>.parse($0.payload) }?.correlationID
  }
}
