import Attestations
import PlaneContract
import Wire

/// The registry of models as the governance plane tells it, and where the serving plane runs them. Both are lists for people: what
/// somebody acts on is verified by the command that acts.
struct ModelDirectory: Sendable {
  let session: Session

  /// Every model, by name.
  func all() async throws -> [ModelSummary] {
    try await session.all(.governance, .modelList) { after in
      ModelList(after: after.flatMap(ModelID.init), limit: ModelList.maximumLimit).fields
    }
  }

  /// Every version of a model, newest first.
  func versions(of model: ModelID) async throws -> [ModelVersion] {
    try await session.all(.governance, .modelGet, \ModelVersions.versions) { after in
      ModelGet(modelID: model, after: after, limit: ModelGet.maximumLimit).fields
    }
  }

  /// What runs of a model; the serving plane may be away, and the registry is worth showing all the same.
  func running(_ model: ModelID) async -> Result<[DeploymentSummary], Failure> {
    do {
      return .success(try await Deployment(session: session).list(model: model).filter(\.isServed))
    } catch {
      return .failure(Failure(explaining: error))
    }
  }
}
