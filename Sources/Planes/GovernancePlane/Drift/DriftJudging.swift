import Attestations
import Daemon
import Drift
import GRDB
import Ledger
import MerkleLog
import PlaneContract
import Signing
import Storage
import Wire

/// Takes observations and judges each against the baseline in the signed training output of the approval under which the model runs.
struct DriftJudging: Sendable {
  /// Checks of one monitor in a minute, over all models.
  static let checksPerMinute = 120

  let context: PlaneContext
  let revocations: RevocationService
  private let store = DriftCheckStore()

  init(context: PlaneContext, revocations: RevocationService) {
    self.context = context
    self.revocations = revocations
  }

  /// Idempotent by payload digest.
  ///
  /// - Throws: `AttestationError` where a signature does not hold; `Refusal` for a window that cannot be or that overlaps an earlier one
  ///   of its monitor.
  func accept(_ envelope: UnverifiedEnvelope, request: AdmittedRequest) async throws -> Acceptance {
    let observation = try VerifiedObservation.verify(envelope, root: request.root)
    let held = try await context.database.read { database in
      try store.holds(observation: observation.digest, in: database)
        ? nil : try approval(of: observation, under: request.root, in: database)
    }
    guard let held else { return Acceptance(digest: observation.digest) }
    if let problem = observation.observation.hindrance(at: request.receivedAt) {
      throw Refusal(.invalidRequest, problem)
    }
    let result = DriftResult(observation, against: held.output)
    return try await context.commit(for: request) { [self] database in
      if try !store.holds(observation: observation.digest, in: database) {
        try checkOrder(observation.predicate, at: request.receivedAt, in: database)
        try context.guardingStoredRows {
          try record(result, of: observation, held, at: request.receivedAt, in: database)
        }
      }
      return Acceptance(digest: observation.digest)
    }
  }

  /// The baseline is what we hold, by the approval that serving names, and must be of the same weights.
  private func approval(
    of observation: VerifiedObservation, under root: VerifiedTrustRoot, in database: Database
  ) throws -> RegisteredApproval {
    let predicate = observation.predicate
    let register = ApprovalRegister(context: context, root: root)
    guard let held = try register.find(predicate.approvalID, in: database), held.digest == predicate.approvalDigest,
      held.predicate.subject == predicate.subject, held.predicate.environments.contains(predicate.environment)
    else {
      throw Refusal(
        .notFound, "governance has no approval \(predicate.approvalID) of these weights for that environment")
    }
    return held
  }

  private func checkOrder(_ window: ServingObservation, at now: Timestamp, in database: Database) throws {
    if let end = try store.lastWindowEnd(of: window, in: database), window.windowStart < end {
      throw Refusal(.conflict, "the window begins at \(window.windowStart), before the end of an earlier one, \(end)")
    }
    let recent = try store.count(of: window.observedBy, since: now.adding(seconds: -60), in: database)
    guard recent < Self.checksPerMinute else {
      throw StorageError.overloaded("\(window.observedBy) has reported \(recent) windows within a minute")
    }
  }

  private func record(
    _ result: DriftResult, of observation: VerifiedObservation, _ held: RegisteredApproval, at now: Timestamp,
    in database: Database
  ) throws {
    let rule = DriftBaseline(held.output.output.result).settings.windows
    let check = DriftCheck(
      of: observation, against: held.output.digest, result: result,
      alarm: try alarm(rule, result, observation.predicate, in: database), checkedAt: now)
    let envelope = try UnverifiedEnvelope(attesting: check, by: [context.signer])
    try store.insert(envelope, check, of: observation, in: database)
    try tell(check, envelope.payloadDigest, held, in: database)
    guard held.state.status(at: now) == .active else { return }
    if try AutomaticRevocationRule(context: context, store: store).isMet(by: check, in: database) {
      try store.keep(envelope.payloadDigest, in: database)
      try revocations.revoke(Self.revocation(check, envelope.payloadDigest), at: now, in: database)
    }
  }

  private func alarm(
    _ rule: WindowRule, _ result: DriftResult, _ window: ServingObservation, in database: Database
  ) throws -> DriftAlarm {
    let earlier = try store.latest(
      rule.of - 1, of: window.weightsHash, in: window.environment, by: window.observedBy,
      signedBy: context.root.keysEver(of: .governance), database)
    let drifted = earlier.count(where: \.predicate.result.isDrifted) + (result.isDrifted ? 1 : 0)
    return DriftAlarm(rule: rule, drifted: drifted, earlier: earlier.map(\.digest))
  }

  /// Upstream's `model_drift_detected` for a drifted window, and its alert once enough windows are.
  private func tell(_ check: DriftCheck, _ digest: Digest, _ held: RegisteredApproval, in database: Database) throws {
    let result = check.result
    var data: JSONObject = [
      "model_id": check.modelID.json, "severity": JSONValue(number: result.severity),
      "confidence": JSONValue(number: result.confidence), "summary": .string(result.summary),
      "recommended_action": .string(result.recommendedAction),
      "correlation_id": .init(held.predicate.correlationID?.text),
    ]
    data.append("environment", check.environment.json)
    data.append("outcome", .string(result.outcome.rawValue))
    data.append("observed_by", check.monitor.json)
    try context.record(result.isDrifted ? .modelDriftDetected : .driftChecked, data, attestation: digest, in: database)
    guard result.isDrifted, check.alarm.isRaised else { return }
    let alert = DriftAlert(modelID: check.modelID, result: result, alertedAt: check.checkedAt)
    try context.record(.driftAlert, alert.fields, attestation: digest, in: database)
  }

  private static func revocation(_ check: DriftCheck, _ digest: Digest) -> ModelRevocation {
    ModelRevocation(
      approvalID: nil, modelID: check.modelID, weightsHash: check.weightsHash, revokedBy: .driftDetector,
      reason: "\(check.result.summary) in \(check.environment)", revokedAt: check.checkedAt, driftCheckDigest: digest)
  }
}
