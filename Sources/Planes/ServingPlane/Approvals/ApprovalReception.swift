import Attestations
import Daemon
import Ledger
import PlaneContract
import Signing
import Wire

/// `approval.publish`: takes what governance hands over, after verifying every signature itself. A pending approval is held too,
/// so that a refused deployer can be told how many signatures are missing; only the gates decide what may run.
struct ApprovalReception: Sendable {
  let context: PlaneContext
  let store: any ApprovalStore
  let index: ApprovalIndex

  var route: Route { .change(.approvalPublish) { request in try await receive(request) } }

  private func receive(_ request: AdmittedRequest) async throws -> JSONObject {
    let publication: ApprovalPublication = try request.decoded()
    let held: HeldApproval
    do {
      held = try HeldApproval.verify(
        approval: publication.approval, training: publication.trainingOutput, root: context.root)
    } catch { throw Refusal(.policyFailed, "\(error)") }
    guard held.quorum.count > 0 else { throw Refusal(.policyFailed, "quorum: nobody who counts has signed") }
    try await keep(held, for: request)
    index.forget(held.predicate.modelID)
    return Acceptance(digest: held.digest).fields
  }

  private func keep(_ held: HeldApproval, for request: AdmittedRequest) async throws {
    let approval = held.predicate
    do {
      try await context.commit(for: request) { database in
        guard try store.store(held, at: request.receivedAt, in: database) else { return }
        try context.record(
          .approvalReceived,
          [
            "model_id": approval.modelID.json, "approval_id": approval.approvalID.json,
            "weights_hash": .string(approval.weightsHash.description),
            "approvers": .init(held.quorum.approvers.values.map(\.id.text).sorted()),
            "signed_by_governance": .bool(held.isSignedByGovernance),
            "correlation_id": .init(approval.correlationID?.text),
          ], attestation: held.digest, in: database)
      }
    } catch let error as ApprovalStoreError { throw Refusal(.conflict, "\(error)") }
  }
}
