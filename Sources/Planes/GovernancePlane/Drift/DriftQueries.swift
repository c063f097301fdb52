import Attestations
import Daemon
import Drift
import GRDB
import PlaneContract
import Signing
import Storage
import Wire

/// Answers `drift.get`, with the evidence for the caller to compute again.
struct DriftQueries: Sendable {
  let context: PlaneContext
  private let store = DriftCheckStore()

  init(context: PlaneContext) { self.context = context }

  func page(_ query: DriftGet) async throws -> Page<DriftCheckItem> {
    try await context.database.read { [self] database in
      try context.guardingStoredRows {
        if let digest = query.checkDigest { return try one(digest, of: query.modelID, in: database) }
        let items = try store.page(
          of: query.modelID, in: query.environment, before: try cursor(query.after), limit: query.limit + 1,
          signedBy: context.root.keysEver(of: .governance), database)
        return Page(
          fitting: items.map { (DriftCheckItem(driftCheck: $0.check.envelope), "\($0.sequence)") }, limit: query.limit)
      }
    }
  }

  private func one(_ digest: Digest, of model: ModelID, in database: Database) throws -> Page<DriftCheckItem> {
    let stored = try store.find(digest, signedBy: context.root.keysEver(of: .governance), in: database)
    guard let stored, stored.check.predicate.modelID == model else {
      throw Refusal(.notFound, "governance has no drift check \(digest) of \(model); old ones are not kept")
    }
    let register = ApprovalRegister(context: context, root: context.root)
    let output = try register.output(stored.check.predicate.baselineDigest, in: database)
    let item = DriftCheckItem(
      driftCheck: stored.check.envelope, observation: stored.observation, trainingOutput: output?.attested.envelope)
    return Page(items: [item], next: nil)
  }

  private func cursor(_ text: String?) throws -> Int64 {
    guard let text else { return .max }
    guard let sequence = Int64(text) else {
      throw Refusal(.invalidRequest, "body.after: is not the next of an earlier page")
    }
    return sequence
  }
}
