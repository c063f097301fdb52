import Attestations
import Daemon
import GRDB
import PlaneContract
import Storage
import Wire

/// `model.get`: the versions of one model, newest first. The outputs are verified again; their approvals are told from columns, and
/// what somebody acts on is fetched with `approval.get`.
struct ModelVersionQuery: Sendable {
  let context: PlaneContext
  private let registry = TrainingOutputStore()
  private let approvals = ApprovalStore()

  init(context: PlaneContext) { self.context = context }

  func page(_ query: ModelGet, root: VerifiedTrustRoot, now: Timestamp) async throws -> ModelVersions {
    let register = ApprovalRegister(context: context, root: root)
    let start = try query.after.map { text throws(Refusal) in try ListCursor(text) } ?? .start
    return try await context.database.read { [self] database in
      try context.guardingStoredRows { try page(query, from: start, register, now: now, in: database) }
    }
  }

  private func page(
    _ query: ModelGet, from start: ListCursor, _ register: ApprovalRegister, now: Timestamp, in database: Database
  ) throws -> ModelVersions {
    let listed = try registry.get(query.modelID, after: start, limit: query.limit + 1, in: database)
    guard !listed.isEmpty || query.after != nil else {
      throw Refusal(.notFound, "governance has no version of model \(query.modelID); see planectl models")
    }
    let versions = try listed.map {
      (item: try version($0.output, register, now: now, in: database), cursor: $0.cursor.text)
    }
    return ModelVersions(modelID: query.modelID, versions: Page(fitting: versions, limit: query.limit))
  }

  private func version(
    _ listed: ListedOutput, _ register: ApprovalRegister, now: Timestamp, in database: Database
  ) throws -> ModelVersion {
    guard let verified = try register.output(listed.digest, in: database) else {
      throw StoredRowFault("training output \(listed.digest)", "it is listed and cannot be read")
    }
    let rows = try approvals.rows(ofOutput: listed.digest, limit: ModelVersion.maximumApprovals, in: database)
    let summaries = try rows.map { row in
      ApprovalSummary(
        try ListedApproval(row, root: register.root, in: database), of: listed, policy: register.root.policy, now: now)
    }
    return ModelVersion(
      verified.output, digest: listed.digest,
      approvalCount: try approvals.count(ofOutput: listed.digest, in: database), approvals: summaries)
  }
}
