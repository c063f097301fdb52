import Daemon
import Ledger
import Logging
import ServiceLifecycle
import Storage
import Wire

/// Brings the endpoint and the record together at start, and goes on trying for what could not be done.
struct DeploymentRecovery: Service {
  static let interval = Duration.seconds(5)

  let service: DeploymentService

  /// A deploy that a dead process had only intended is undone, what was to end is ended, what runs is served.
  ///
  /// What cannot be done now does not keep the plane from starting, because revocations must be accepted: it is critical, and
  /// tried again.
  func atStart() async throws {
    for row in try await rows(in: [.intended]) {
      do { try await service.undo(row, because: "the plane stopped before it was done") } catch {
        service.context.logger.critical(
          "a half-done deploy could not be undone", metadata: ["place": "\(row.place)", "error": "\(error)"])
      }
    }
    await retryUndeployments()
    for row in service.running.all { await reinstate(row) }
    await service.endCondemned()
    try await sweep()
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while (try? await Task.sleep(for: Self.interval)) != nil {
        await service.endCondemned()
        await retryUndeployments()
        do { try await sweep() } catch {
          service.context.logger.error("the store could not be swept", metadata: ["error": "\(error)"])
        }
      }
    }
  }

  /// The link may be gone or lead elsewhere (a restored home, a half-done switch): what is on record is served again.
  private func reinstate(_ row: DeploymentRow) async {
    do {
      let place = try row.place.deploymentPlace()
      let weights = try await service.approvedWeights(row)
      if (try? await service.endpoint.deployed(place)) == weights { return }
      try await service.endpoint.deploy(service.weights.verified(weights), as: place)
      service.context.logger.warning("put back what is on record", metadata: ["place": "\(row.place)"])
    } catch {
      service.context.logger.critical(
        "what is on record cannot be served", metadata: ["place": "\(row.place)", "error": "\(error)"])
    }
  }

  private func retryUndeployments() async {
    do {
      for row in try await rows(in: [.undeploying]) {
        try await service.places.holding(row.place) {
          // Another task may have finished it while this one waited.
          let current = try await service.context.database.read { try service.store.row(row.number, in: $0) }
          if current.state == .undeploying { try await service.finish(current) }
        }
      }
    } catch {
      service.context.logger.critical("a model could not be undeployed yet", metadata: ["error": "\(error)"])
    }
  }

  /// Retention: the store keeps what runs and the last two weights of every model and environment.
  private func sweep() async throws {
    let kept = try await service.context.database.read { try service.store.retainedWeights(in: $0) }
    try await service.weights.sweep(keeping: kept)
  }

  private func rows(in states: [DeploymentRow.State]) async throws -> [DeploymentRow] {
    try await service.context.database.read { try service.store.all(in: states, $0) }
  }
}
