import Attestations
import Daemon
import Ledger
import Logging
import MerkleLog
import PlaneContract
import ServiceLifecycle
import Signing
import Storage
import Wire

// Ending deployments. None of this asks a gate, or waits for room on the disk: stopping is always allowed.
extension DeploymentService {
  /// A deployer ends what runs. Once that is on record the model is refused, and the endpoint is asked until it lets go.
  func undeploy(_ body: ModelUndeploy, for request: AdmittedRequest) async throws -> UnverifiedEnvelope {
    let place = Place(modelID: body.modelID, environment: body.environment)
    return try await places.holding(place) {
      guard let row = running[place] else { throw try await notRunning(place) }
      let reason = "undeployed by \(request.sender.id)" + (body.reason.map { ": \($0)" } ?? "")
      let ending = try await context.commit(for: request, mayUseReserve: true) { database in
        let intent = try context.record(
          .undeploymentIntended,
          [
            "model_id": row.modelID.json, "environment": row.environment.json, "requested_by": request.sender.id.json,
            "reason": .init(body.reason),
          ], attestation: row.approvalDigest, in: database)
        try store.setIntent(row, "\(intent)", in: database)
        try store.end(row, as: .undeploying, at: context.clock.now(), message: reason, in: database)
        return try store.row(row.number, in: database)
      }
      running.ended(row)
      do { return try await finish(ending) } catch {
        throw Refusal(
          .unavailable, "\(place) is refused from now on, but could not be undeployed yet and is tried again: \(error)")
      }
    }
  }

  private func notRunning(_ place: Place) async throws -> Refusal {
    let ending = try await context.database.read { try store.all(in: [.undeploying], $0) }.last { $0.place == place }
    guard let ending else {
      return Refusal(.notFound, "\(place) is not deployed here; planectl deployments lists what is")
    }
    return Refusal(.unavailable, "\(place) is being undeployed (\(ending.message)); the endpoint has not let go yet")
  }

  /// Puts on record that all ends which a tombstone condemns, and has the endpoints told. Called after each revocation: the models are
  /// refused already, and what fails here is tried again until it succeeds. An endpoint that hangs delays the return by little.
  func endCondemned() async {
    let rows = await condemned()
    if !rows.isEmpty {
      do { try await recordEnd(of: rows) } catch { reportUnended("\(rows.map(\.row.place))", error) }
    }
    let places = Set(rows.map(\.row.place))
    endings.raise(places)
    await endings.tried(in: places)
  }

  /// What runs and is condemned, with the reason. One that cannot be judged now keeps no other from ending.
  private func condemned() async -> [(row: DeploymentRow, reason: String)] {
    var condemned: [(row: DeploymentRow, reason: String)] = []
    for row in running.all {
      do {
        if let reason = try await condemnation(of: row) { condemned.append((row, reason)) }
      } catch { reportUnended("\(row.place)", error) }
    }
    return condemned
  }

  /// The place is not locked, for somebody may hold it as long as an endpoint takes: whoever does finds that the row has ended.
  private func recordEnd(of condemned: [(row: DeploymentRow, reason: String)]) async throws {
    let now = context.clock.now()
    let ended = try await context.commit(mayUseReserve: true) { database in
      try condemned.filter { try store.endRunning($0.row, at: now, message: $0.reason, in: database) }.map(\.row)
    }
    ended.forEach(running.ended)
  }

  private func reportUnended(_ place: String, _ error: any Error) {
    context.logger.critical(
      "a revoked model could not be undeployed yet", metadata: ["place": "\(place)", "error": "\(error)"])
  }

  /// Where a revocation may have left something to end: what it condemns, and wherever somebody is at work, who may just deploy that.
  func suspected() async -> Set<Place> {
    Set(running.all.filter { !tombstones(concerning: $0).isEmpty }.map(\.place)).union(await places.busy)
  }

  /// The caller holds the place.
  func endIfCondemned(_ place: Place) async {
    do {
      guard let row = running[place], let reason = try await condemnation(of: row) else { return }
      try await end(row, because: reason)
    } catch { reportUnended("\(place)", error) }
  }

  private func tombstones(concerning row: DeploymentRow) -> [Tombstone] {
    decisions.tombstones.concerning(weights: row.weights.digest, approval: row.approvalID)
  }

  /// A row under a tombstone's reach whose approval cannot be judged ends too: that it cannot be found protects nothing.
  func condemnation(of row: DeploymentRow) async throws -> String? {
    let tombstones = tombstones(concerning: row)
    guard let first = tombstones.first else { return nil }
    // A reading that failed says nothing about the approval: it is thrown, and tried again.
    guard let held = try await index.stored(row.approvalDigest, of: row.modelID, under: context.root)?.verified,
      held.predicate.weightsHash == row.weights.digest
    else { return "revoked by \(first.revocation.predicate.revokedBy), and its approval is missing or broken" }
    return tombstones.lazy.compactMap { $0.condemns(held.predicate, digest: held.digest) }.first
  }

  /// Condemned by the plane itself: on record first, then at the endpoint.
  func end(_ row: DeploymentRow, because reason: String) async throws {
    let ending = try await context.commit(mayUseReserve: true) { database in
      try store.end(row, as: .undeploying, at: context.clock.now(), message: reason, in: database)
      return try store.row(row.number, in: database)
    }
    running.ended(row)
    try await finish(ending)
  }

  private static let unrecorded = "served without being on record"

  /// Ends what is served and no row tells of.
  func endUnrecorded(_ place: Place) async throws {
    try await endpoint.undeploy(place.deploymentPlace(), because: Self.unrecorded)
    unrecorded.add(place)
    context.logger.critical("served without being on record; ended", metadata: ["place": "\(place)"])
    _ = try await context.commit(mayUseReserve: true) { database in
      try context.record(
        .modelUndeployed,
        [
          "model_id": place.modelID.json, "environment": place.environment.json,
          "reason": .string(Self.unrecorded),
        ], in: database)
    }
  }

  /// Tells the endpoint to let go, and records that it did. Safe to repeat.
  @discardableResult
  func finish(_ row: DeploymentRow) async throws -> UnverifiedEnvelope {
    // Something newer may run there by now; then only the record is closed.
    if running[row.place].map({ $0.number == row.number }) ?? true {
      try await endpoint.undeploy(row.place.deploymentPlace(), because: row.message)
    }
    let now = context.clock.now()
    let undeployment = try UnverifiedEnvelope(
      attesting: Undeployment(row.record(promoted: false, at: now, message: row.message)), by: [context.signer])
    try await context.commit(mayUseReserve: true) { database in
      try store.undeployed(row, undeployment: undeployment, at: now, message: row.message, in: database)
      try context.record(
        .modelUndeployed,
        [
          "model_id": row.modelID.json, "environment": row.environment.json, "reason": .string(row.message),
          "approval_id": row.approvalID.json, "weights_hash": .string(row.weights.digest.description),
          "promotion": .init(row.promotionDigest?.description),
        ], attestation: undeployment.payloadDigest, in: database)
    }
    context.logger.notice("undeployed", metadata: ["place": "\(row.place)", "reason": "\(row.message)"])
    return undeployment
  }
}
