import Daemon
import Ledger
import Logging
import PlaneContract
import ServiceLifecycle
import Storage
import Wire

/// Brings the endpoint and the record together at start, and goes on trying for what could not be done.
struct DeploymentRecovery: Service {
  static let interval = Duration.seconds(5)
  /// How long a start waits for endpoints: requests, revocations among them, must be answered though one of them hangs.
  static let startPatience = Duration.seconds(5)

  let service: DeploymentService

  /// What was to end is ended, and a deploy that a dead process had only intended is undone.
  ///
  /// What cannot be done now does not keep the plane from starting, because revocations must be accepted: it is critical, and
  /// tried again.
  func atStart() async throws {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await settleAll() }
      group.addTask { try? await Task.sleep(for: Self.startPatience) }
      await group.next()
      // What an endpoint has not answered by now is asked again by `run`.
      group.cancelAll()
    }
    try await sweep()
  }

  /// Looks at everything that is served, and at everything that is on record as running. Not a part of `atStart`: putting weights
  /// back means hashing them, and revocations must be accepted meanwhile. False when it has to be looked at again.
  @discardableResult
  func reinstateRunning() async -> Bool {
    var isDone = await clearUnrecorded()
    for row in service.running.all where await !reinstate(row) { isDone = false }
    return isDone
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      await withDiscardingTaskGroup { group in
        group.addTask { await keepInOrder() }
        await keepEnding()
      }
    }
  }

  private func keepInOrder() async {
    var isReinstated = await reinstateRunning()
    while (try? await Task.sleep(for: Self.interval)) != nil {
      service.endings.raise()
      if !isReinstated { isReinstated = await reinstateRunning() }
      do { try await sweep() } catch {
        service.context.logger.error("the store could not be swept", metadata: ["error": "\(error)"])
      }
    }
  }

  /// Ends what is to be ended as it comes up, and again until it is. At most one task a place, so that an endpoint which hangs gathers
  /// no crowd and delays nobody else.
  func keepEnding() async {
    await withDiscardingTaskGroup { group in
      for await _ in service.endings.signals() {
        for place in await unsettled().union(service.endings.ordered) where service.endings.begin(place) {
          group.addTask {
            await settle(place)
            service.endings.done(place)
          }
        }
      }
    }
  }

  /// The link may be gone or lead elsewhere (a restored home, a half-done switch): what is vouched for is served again, and what is
  /// not is ended. False when it has to be tried again.
  private func reinstate(_ row: DeploymentRow) async -> Bool {
    do {
      let id = try await service.vouched(row)
      let place = try row.place.deploymentPlace()
      if try await served(place) == id { return true }
      try await service.weights.holding(id) {
        // Hashed before the place is locked: a revocation must not wait for it.
        try await putBack(service.weights.verified(id), row, as: place)
      }
    } catch let error as UnvouchedDeployment {
      await condemn(row, "\(error)")
    } catch let error as FallenShort {
      // Neither put back nor ended here: it has its grace.
      report("what runs is no longer approved under the trust root", row, error)
    } catch {
      report("what is on record cannot be served", row, error)
      // A stored copy that is damaged does not mend itself; an endpoint may.
      return error is WeightsStoreError
    }
    return true
  }

  /// A link that somebody else made serves nothing of ours, and is replaced.
  private func served(_ place: DeploymentPlace) async throws -> WeightsID? {
    do { return try await service.endpoint.deployed(place) } catch is DirectoryEndpointError { return nil }
  }

  /// What is served without a row that says so (a row that somebody changed or deleted, a database from before the deployment) would
  /// be served for ever: no revocation would find it. False when it has to be tried again.
  private func clearUnrecorded() async -> Bool {
    let places: ServedPlaces
    do { places = try await service.endpoint.places() } catch {
      service.context.logger.critical("what is served cannot be listed", metadata: ["error": "\(error)"])
      return false
    }
    for problem in places.unread {
      service.context.logger.critical("it cannot be told what is served there", metadata: ["place": "\(problem)"])
    }
    var isClear = places.unread.isEmpty
    for place in places.found.compactMap(Place.init) where await !endIfUnrecorded(place) { isClear = false }
    return isClear
  }

  private func endIfUnrecorded(_ place: Place) async -> Bool {
    // Requests are answered meanwhile: what is being deployed has its place locked until it is on record.
    await service.places.holding(place) {
      guard service.running[place] == nil else { return true }
      do { try await service.endUnrecorded(place) } catch {
        service.context.logger.critical(
          "what is not on record is served and could not be ended",
          metadata: ["place": "\(place)", "error": "\(error)"])
        return false
      }
      return true
    }
  }

  private func putBack(_ stored: StoredWeights, _ row: DeploymentRow, as place: DeploymentPlace) async throws {
    try await service.places.holding(row.place) {
      // Requests are answered meanwhile: somebody may have deployed another version, or revoked this one.
      guard service.running[row.place]?.number == row.number else { return }
      _ = try await service.vouched(row)
      // What is not served at this moment is more than before.
      try await service.context.database.read { [context = service.context] in
        try context.requireMayAddPermission(by: .modelDeploy, in: $0)
      }
      try await service.endpoint.deploy(stored, as: place, on: row.grounds)
      service.context.logger.warning("put back what is on record", metadata: ["place": "\(row.place)"])
    }
  }

  private func condemn(_ row: DeploymentRow, _ reason: String) async {
    await service.places.holding(row.place) {
      guard service.running[row.place]?.number == row.number else { return }
      service.context.logger.critical(
        "what the table says runs is not vouched for; it is ended",
        metadata: ["place": "\(row.place)", "reason": "\(reason)"])
      do { try await service.end(row, because: "not vouched for at start: \(reason)") } catch {
        report("a model could not be undeployed yet", row, error)
      }
    }
  }

  private func settleAll() async {
    await withTaskGroup(of: Void.self) { group in
      for place in await unsettled() { group.addTask { await settle(place) } }
    }
  }

  /// Where something was to end, or had only been intended, or may be condemned.
  private func unsettled() async -> Set<Place> {
    Set(await undone().map(\.place)).union(await service.suspected())
  }

  private func undone() async -> [DeploymentRow] {
    do {
      return try await service.context.database.read { try service.store.all(in: [.undeploying, .intended], $0) }
    } catch {
      service.context.logger.critical("the deployments cannot be read", metadata: ["error": "\(error)"])
      return []
    }
  }

  /// Each row by itself: one that cannot be settled keeps no other waiting.
  private func settle(_ place: Place) async {
    // The lock tells a row that nobody works on any more from one that is being deployed at this moment.
    await service.places.holding(place) {
      for row in await undone() where row.place == place {
        do { try await settle(row.number) } catch { report("a deployment could not be ended yet", row, error) }
      }
      await service.endIfCondemned(place)
    }
  }

  private func settle(_ number: Int64) async throws {
    let row = try await service.context.database.read { try service.store.row(number, in: $0) }
    switch row.state {
    case .undeploying: try await service.finish(row)
    case .intended:
      try await service.undo(row, because: "the plane stopped before it was done")
      service.context.logger.warning(
        "a deployment that was not finished was undone; deploy again if it is still wanted",
        metadata: ["place": "\(row.place)", "approval": "\(row.approvalID)"])
    default: return
    }
  }

  private func report(_ problem: Logger.Message, _ row: DeploymentRow, _ error: any Error) {
    service.context.logger.critical(problem, metadata: ["place": "\(row.place)", "error": "\(error)"])
  }

  /// Retention: the store keeps what runs and the last two weights of every model and environment.
  private func sweep() async throws {
    let kept = try await service.context.database.read { try service.store.retainedWeights(in: $0) }
    try await service.weights.sweep(keeping: kept)
  }
}
