import Attestations
import Daemon
import Ledger
import Logging
import MerkleLog
import PlaneContract
import Signing
import Storage
import WeightsDigest
import Wire

/// Deploys and undeploys. Every change is an intent with evidence, the endpoint's act, and an outcome with evidence; a model's
/// place is changed by one task at a time.
struct DeploymentService: Sendable {
  let context: PlaneContext
  let index: ApprovalIndex
  let decisions: DecisionMaker
  let store: DeploymentStore
  let weights: WeightsStore
  let roots: WeightsRoots
  let endpoint: any ServingEndpoint
  let running: RunningModels
  let places = KeyedLock<Place>()
  /// The deploys that are under way, from the first byte that is read.
  let underway = KeyedLock<DeployWish>()
  let progress = DeploysInProgress()
  let endings = Endings()
  let unrecorded = EndedUnrecorded()

  /// Deploys what the gates allow, and returns the signed promotion.
  ///
  /// - Throws: `Refusal(.denied)` with the whole decision; `.unavailable` when the weights could not be stored or the endpoint
  ///   failed, and then what ran before still runs.
  func deploy(_ body: ModelDeploy, for request: AdmittedRequest) async throws -> UnverifiedEnvelope {
    let attempt = DeployAttempt(service: self, body: body, request: request)
    let (held, environment) = try await attempt.approvedForReading()
    let id = WeightsID(held)
    let place = Place(modelID: body.modelID, environment: environment)
    let wish = DeployWish(
      place: place, approvalDigest: held.digest, scope: body.scope, weightsPath: body.weightsPath)
    return try await weights.holding(id) {
      try await underway.joining(wish) { hasWaited in
        if hasWaited, let promotion = try await joined(attempt, held, place) { return promotion }
        return try await progress.following(attempt, held, environment) { progress in
          let stored = try await attempt.read(held, id, reporting: progress)
          progress.begin(.waiting)
          return try await places.holding(place) {
            let root = try await attempt.recheck(held)
            if let same = try await alreadyRunning(place, held, body.scope) { return same }
            progress.begin(.switching)
            return try await put(stored, held, place, attempt, under: root)
          }
        }
      }
    }
  }

  /// Who asks for what another deploy is about has its promotion, and reads nothing again; nil when that one failed.
  private func joined(_ attempt: DeployAttempt, _ held: HeldApproval, _ place: Place) async throws
    -> UnverifiedEnvelope?
  {
    try await places.holding(place) {
      _ = try await attempt.recheck(held)
      return try await alreadyRunning(place, held, attempt.body.scope)
    }
  }

  /// Asking again for what runs is answered with its promotion; nothing is done twice.
  private func alreadyRunning(_ place: Place, _ held: HeldApproval, _ scope: ScopeName?) async throws
    -> UnverifiedEnvelope?
  {
    guard let row = running[place], row.approvalDigest == held.digest, row.scope == scope,
      let promotion = row.promotion, (try? await vouched(row)) != nil,
      // An endpoint that cannot tell is asked to deploy again, which changes nothing where it runs.
      (try? await endpoint.deployed(place.deploymentPlace())) == row.weights
    else { return nil }
    return try UnverifiedEnvelope(parsing: promotion, maximumPayload: AttestationFormat.maximumPayload)
  }

  private func put(
    _ stored: StoredWeights, _ held: HeldApproval, _ place: Place, _ attempt: DeployAttempt,
    under root: VerifiedTrustRoot
  ) async throws -> UnverifiedEnvelope {
    let row = try await intend(held, place, scope: attempt.body.scope, for: attempt.request, under: root)
    do { try await endpoint.deploy(stored, as: place.deploymentPlace(), on: row.grounds) } catch {
      await abandon(row, because: "the endpoint failed: \(error)")
      throw Refusal(.unavailable, "\(place) was not deployed: \(error)")
    }
    do {
      // An endpoint takes its time, and a revocation waits for none.
      if try await condemnation(of: row) != nil { _ = try await attempt.recheck(held) }
      return try await promote(row, held)
    } catch {
      // The outcome is not on record, so the effect must not stay.
      let problem = (error as? Refusal)?.message ?? "the outcome could not be recorded: \(error)"
      await abandon(row, because: problem)
      throw error
    }
  }

  private func intend(
    _ held: HeldApproval, _ place: Place, scope: ScopeName?, for request: AdmittedRequest,
    under root: VerifiedTrustRoot
  ) async throws -> DeploymentRow {
    try await context.commit(for: request, under: root) { database in
      var data = evidence(held.predicate, place.environment, scope)
      data.append("deployed_by", request.sender.id.json)
      let intent = try context.record(.deploymentIntended, data, attestation: held.digest, in: database)
      return try store.intend(
        held, environment: place.environment, scope: scope, by: request.sender.id, intentID: "\(intent)",
        at: context.clock.now(), in: database)
    }
  }

  private func promote(_ row: DeploymentRow, _ held: HeldApproval) async throws -> UnverifiedEnvelope {
    let now = context.clock.now()
    let message = "deployed to \(row.environment)"
    let promotion = try UnverifiedEnvelope(
      attesting: PromotionResult(row.record(promoted: true, at: now, message: message)), by: [context.signer])
    let deployed = try await context.commit { database in
      // The endpoint took its time, and the audit may have found something meanwhile.
      try context.requireMayAddPermission(by: .modelDeploy, in: database)
      try store.deployed(row, promotion: promotion, at: now, message: message, in: database)
      try context.record(
        .modelDeployment, evidence(held.predicate, row.environment, row.scope), attestation: promotion.payloadDigest,
        in: database)
      return try store.row(row.number, in: database)
    }
    running.began(deployed)
    return promotion
  }

  /// Undoes it now, or leaves it to the recovery; either way the caller is told why it was not deployed.
  private func abandon(_ row: DeploymentRow, because problem: String) async {
    do { try await undo(row, because: problem) } catch {
      context.logger.critical(
        "a failed deployment could not be undone yet", metadata: ["place": "\(row.place)", "error": "\(error)"])
    }
  }

  /// Brings the endpoint back to what is on record and closes the intent.
  func undo(_ row: DeploymentRow, because problem: String) async throws {
    try await restore(row.place, because: problem)
    try await context.commit(mayUseReserve: true) { database in
      try store.end(row, as: .failed, at: context.clock.now(), message: problem, in: database)
      try context.record(
        .deploymentFailed,
        [
          "model_id": row.modelID.json, "environment": row.environment.json, "reason": .string(problem),
          "intent": .string(row.intentID),
        ], attestation: row.approvalDigest, in: database)
    }
  }

  private func restore(_ place: Place, because problem: String) async throws {
    guard let row = running[place] else {
      return try await endpoint.undeploy(place.deploymentPlace(), because: problem)
    }
    do {
      try await endpoint.deploy(weights.verified(vouched(row)), as: place.deploymentPlace(), on: row.grounds)
    } catch  where error is UnvouchedDeployment || error is FallenShort {
      try await endpoint.undeploy(place.deploymentPlace(), because: "\(error)")
    }
  }

  private func evidence(_ approval: ModelApproval, _ environment: EnvironmentName, _ scope: ScopeName?) -> JSONObject {
    [
      "model_id": approval.modelID.json, "approved_by": approval.approvedBy.json, "environment": environment.json,
      "scope": .init(scope?.text), "correlation_id": .init(approval.correlationID?.text),
      "approval_id": approval.approvalID.json, "weights_hash": .string(approval.weightsHash.description),
    ]
  }
}

/// What a deployer asks for. Two who ask for the same thing at the same time have it done once.
struct DeployWish: Hashable, Sendable {
  let place: Place
  let approvalDigest: Digest
  let scope: ScopeName?
  let weightsPath: String?
}

extension WeightsID {
  /// The bytes that an approval is about.
  init(_ held: HeldApproval) {
    self.init(digest: held.predicate.weightsHash, kind: held.weightsKind)
  }
}
