import Attestations
import Daemon
import Ledger
import MerkleLog
import PlaneContract
import Signing
import Storage
import Wire

/// `approval.publish`: takes what governance hands over, after verifying every signature itself. A pending approval is held too,
/// so that a refused deployer can be told how many signatures are missing; only the gates decide what may run.
struct ApprovalReception: Sendable {
  let context: PlaneContext
  let store: any ApprovalStore
  let index: ApprovalIndex
  let order: PublicationOrder

  var route: Route { .change(.approvalPublish) { request in try await receive(request) } }

  private func receive(_ request: AdmittedRequest) async throws -> JSONObject {
    let publication: ApprovalPublication = try request.decoded()
    let proven: ProvenApproval
    let digest = publication.approval.payloadDigest
    let acceptance = try await context.database.read { [store] in try store.acceptance(of: digest, in: $0) }
    do {
      proven = try ProvenApproval.verify(
        approval: publication.approval, training: publication.trainingOutput, root: request.root, accepted: acceptance)
    } catch { throw Refusal(.policyFailed, "\(error)") }
    guard proven.held.quorum.count > 0 else { throw Refusal(.policyFailed, "quorum: nobody who counts has signed") }
    try await index.changing(proven.held, under: request.root) { try await keep(proven, for: request) }
    return Acceptance(digest: proven.held.digest).fields
  }

  private func keep(_ proven: ProvenApproval, for request: AdmittedRequest) async throws -> ApprovalChange {
    let (held, approval) = (proven.held, proven.held.predicate)
    do {
      return try await context.commit(for: request) { database in
        if let hindrance = order.hindrance(
          of: approval.weightsHash, issued: request.message.issuedAt, now: request.receivedAt)
        {
          throw Refusal(.unavailable, "\(hindrance); what is alive is taken when it is sent again")
        }
        let change = try store.store(proven, at: request.receivedAt, in: database)
        guard change != .none else { return change }
        try context.record(
          .approvalReceived,
          [
            "model_id": approval.modelID.json, "approval_id": approval.approvalID.json,
            "weights_hash": .string(approval.weightsHash.description),
            "approvers": .init(held.quorum.approvers.values.map(\.id.text).sorted()),
            "signed_by_governance": .bool(held.isSignedByGovernance),
            "correlation_id": .init(approval.correlationID?.text),
          ], attestation: held.digest, in: database)
        return change
      }
    } catch let error as ApprovalStoreError { throw Refusal(.conflict, "\(error)") }
  }
}
