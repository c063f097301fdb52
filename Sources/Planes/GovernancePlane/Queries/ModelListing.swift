import Attestations
import Daemon
import GRDB
import PlaneContract
import Storage
import Wire

/// `model.list`: the models that were ever trained, by name. An index read from columns, like every list.
struct ModelListing: Sendable {
  let context: PlaneContext
  private let registry = TrainingOutputStore()

  init(context: PlaneContext) { self.context = context }

  func page(_ query: ModelList, root: VerifiedTrustRoot, now: Timestamp) async throws -> Page<ModelSummary> {
    try await context.database.read { [self] database in
      try context.guardingStoredRows {
        // One more than asked for tells whether a page follows.
        let models = try registry.models(after: query.after, limit: query.limit + 1, in: database)
        let items = try models.map { model, count in
          (item: try summary(of: model, count, root, now: now, in: database), cursor: model.text)
        }
        return Page(fitting: items, limit: query.limit)
      }
    }
  }

  private func summary(
    of model: ModelID, _ count: Int, _ root: VerifiedTrustRoot, now: Timestamp, in database: Database
  ) throws -> ModelSummary {
    guard let newest = try registry.get(model, after: .start, limit: 1, in: database).first?.output else {
      throw StoredRowFault("model \(model)", "it is listed and has no version")
    }
    let approval = try ApprovalStore().rows(ofOutput: newest.digest, limit: 1, in: database).first
      .map { try ListedApproval($0, root: root, in: database) }
    return ModelSummary(
      modelID: model, versionCount: count, weightsHash: newest.weightsHash, trainingOutputDigest: newest.digest,
      submittedBy: newest.submittedBy, createdAt: newest.createdAt,
      status: approval?.state.status(at: now) ?? .submitted, environments: approval?.predicate.environments ?? [])
  }
}
