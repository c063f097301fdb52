import Daemon
import Logging
import ServiceLifecycle
import Storage
import Wire

/// Verifies what is stored once after a start, a model at a time behind the requests, so that the first question about a model does
/// not wait for the five signatures of its approval. It only fills the index: a question that comes before it does the same work.
struct ApprovalWarming: Service {
  /// Names of models read at a time.
  static let page = 500

  let context: PlaneContext
  let store: any ApprovalStore
  let index: ApprovalIndex
  let running: RunningModels

  func run() async throws {
    await cancelWhenGracefulShutdown {
      do { try await warm() } catch is CancellationError {} catch {
        context.logger.error(
          "not all stored approvals could be read ahead; each is read when it is asked for",
          metadata: ["error": "\(error)"])
      }
    }
    // A service that returns ends its process.
    try? await gracefulShutdown()
  }

  /// What runs first, because it is asked about; then everything, by name.
  func warm() async throws {
    for row in running.all { try await touch(row.place.modelID) }
    var last: ModelID?
    while !index.isFull {
      let models = try await context.database.read { [store, last] in try store.models(after: last, Self.page, in: $0) }
      for model in models { try await touch(model) }
      guard let end = models.last else { return }
      last = end
    }
  }

  private func touch(_ model: ModelID) async throws {
    try Task.checkCancellation()
    _ = try await index.candidates(of: model)
    await Task.yield()
  }
}
