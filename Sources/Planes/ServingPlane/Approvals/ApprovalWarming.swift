import Attestations
import Daemon
import Logging
import ServiceLifecycle
import Storage
import Wire

/// Verifies what is stored once after a start, and again under every new root, a model at a time behind the requests, so that the first question about a model does
/// not wait for the five signatures of its approval. It only fills the index: a question that comes before it does the same work.
struct ApprovalWarming: Service {
  /// Names of models read at a time.
  static let page = 500
  /// Between two looks at whether the root has changed.
  static let interval = Duration.seconds(5)

  let context: PlaneContext
  let store: any ApprovalStore
  let index: ApprovalIndex
  let running: RunningModels

  func run() async throws {
    await cancelWhenGracefulShutdown {
      var version = 0
      repeat {
        let root = context.root
        if root.version != version { await tryToWarm(under: root) }
        version = root.version
      } while (try? await Task.sleep(for: Self.interval)) != nil
    }
  }

  private func tryToWarm(under root: VerifiedTrustRoot) async {
    do { try await warm(under: root) } catch is CancellationError {} catch {
      context.logger.error(
        "not all stored approvals could be read ahead; each is read when it is asked for",
        metadata: ["error": "\(error)"])
    }
  }

  /// What runs first, because it is asked about; then everything, by name.
  func warm(under root: VerifiedTrustRoot) async throws {
    for row in running.all { try await touch(row.place.modelID, root) }
    var last: ModelID?
    while !index.isFull {
      let models = try await context.database.read { [store, last] in try store.models(after: last, Self.page, in: $0) }
      for model in models { try await touch(model, root) }
      guard let end = models.last else { return }
      last = end
    }
  }

  private func touch(_ model: ModelID, _ root: VerifiedTrustRoot) async throws {
    try Task.checkCancellation()
    _ = try await index.candidates(of: model, under: root)
    await Task.yield()
  }
}
