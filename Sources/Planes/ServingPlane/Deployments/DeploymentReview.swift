import Attestations
import Daemon
import GRDB
import Ledger
import Logging
import MerkleLog
import PlaneContract
import ServiceLifecycle
import Signing
import Storage
import Wire

/// Ends what may run no longer though nobody revoked it: its approval expired, or a new trust root took away its quorum, its
/// environment or its scope. The gates deny it at once; it is undeployed after the policy's grace, and an approval that is about to
/// end is told of before.
///
/// Time decides here, so nothing is done while the clock is not to be believed.
struct DeploymentReview: Service {
  static let interval = Duration.seconds(5)
  static let warningDays = 7
  /// Revocation is not among them: it gives no grace. Nor are trust, lease and clock: what runs goes on without them.
  private static let endingGates: Set<Gate> = [.approval, .training, .quorum, .validity, .environment, .scope]

  let service: DeploymentService
  private var context: PlaneContext { service.context }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while (try? await Task.sleep(for: Self.interval)) != nil { await look() }
    }
  }

  func look() async {
    let reading = context.clock.reading()
    let behind = context.highestTime.value.seconds(since: reading.time)
    guard reading.isSettled, behind <= Gates.clockToleranceSeconds else { return }
    for row in service.running.all {
      do { try await review(row, reading) } catch {
        context.logger.critical(
          "what runs could not be reviewed; it is tried again",
          metadata: ["place": "\(row.place)", "error": "\(error)"])
      }
    }
  }

  /// For `plane.status`; nil when everything that runs may run.
  var problem: String? {
    let denied = service.running.all.filter { $0.deniedSince != nil }
    guard let first = denied.first else { return nil }
    return "deployments that are denied and will be ended: \(denied.count); first \(first.place)"
  }

  private func review(_ row: DeploymentRow, _ reading: ClockReading) async throws {
    let (root, now) = (context.root, reading.time)
    let candidate = try await service.index.candidates(of: row.modelID, under: root)[row.approvalDigest]
    if let approval = candidate?.verified?.predicate { try await warn(row, approval, now: now) }
    guard let reason = denial(row, candidate, root, now: now) else { return try await cancel(row) }
    let since = try await schedule(row, candidate, reason, reading)
    guard now >= since.adding(seconds: grace(row)) else { return }
    try await end(row, because: reason)
  }

  /// Why it may not run, or nil.
  private func denial(
    _ row: DeploymentRow, _ candidate: ApprovalCandidate?, _ root: VerifiedTrustRoot, now: Timestamp
  ) -> String? {
    let question = GateQuestion(
      modelID: row.modelID, environment: row.environment, scope: row.scope, approvalID: row.approvalID)
    let failed = service.decisions.evaluate(candidate, question, root: root, now: now).filter {
      !$0.passed && Self.endingGates.contains($0.gate)
    }
    return failed.isEmpty ? nil : failed.failures
  }

  private func grace(_ row: DeploymentRow) -> Int {
    context.root.policy.environments[row.environment]?.undeployGraceSeconds
      ?? EnvironmentPolicy.defaultUndeployGraceSeconds
  }
}

// What goes on record.
extension DeploymentReview {
  /// Once for each deployment.
  private func warn(_ row: DeploymentRow, _ approval: ModelApproval, now: Timestamp) async throws {
    guard row.warnedAt == nil, now < approval.expiresAt, approval.expiresAt <= now.adding(days: Self.warningDays) else {
      return
    }
    try await note(row) { database in
      try service.store.warned(row, at: now, in: database)
      var data = evidence(row)
      data.append("expires_at", .string(approval.expiresAt.attestationText))
      data.append("correlation_id", .init(approval.correlationID?.text))
      try context.record(.modelApprovalExpiring, data, attestation: row.approvalDigest, in: database)
    }
    context.logger.warning(
      "the approval of what runs is about to expire; approve it anew or deploy another version",
      metadata: ["place": "\(row.place)", "expires_at": "\(approval.expiresAt)"])
  }

  /// Since when it is denied: by its expiry since then, by anything else since it was first seen. A moment that lies ahead was
  /// written by a wrong clock. A clock that nobody has accepted says that something expired, but not that its grace is over.
  private func schedule(
    _ row: DeploymentRow, _ candidate: ApprovalCandidate?, _ reason: String, _ reading: ClockReading
  ) async throws -> Timestamp {
    let now = reading.time
    if let since = row.deniedSince, since <= now.adding(seconds: Int(Gates.clockToleranceSeconds)) { return since }
    let expiry = candidate?.verified?.predicate.expiresAt
    let since = reading.hasJumpedAhead ? now : expiry.map { min($0, now) } ?? now
    try await note(row) { database in
      try service.store.denied(row, since: since, in: database)
      var data = evidence(row)
      data.append("reason", .string(reason))
      data.append("due_at", .string(since.adding(seconds: grace(row)).attestationText))
      try context.record(.undeploymentScheduled, data, attestation: row.approvalDigest, in: database)
    }
    context.logger.critical(
      "what runs is denied, and is undeployed after its grace",
      metadata: ["place": "\(row.place)", "reason": "\(reason)", "grace": "\(grace(row)) s"])
    return since
  }

  private func cancel(_ row: DeploymentRow) async throws {
    guard row.deniedSince != nil else { return }
    try await note(row) { database in
      try service.store.denied(row, since: nil, in: database)
      try context.record(.undeploymentCancelled, evidence(row), attestation: row.approvalDigest, in: database)
    }
  }

  private func end(_ row: DeploymentRow, because reason: String) async throws {
    try await service.places.holding(row.place) {
      // Somebody may have deployed another version meanwhile, and that is judged by itself.
      guard service.running[row.place]?.number == row.number else { return }
      try await service.end(row, because: reason)
    }
  }

  private func note(
    _ row: DeploymentRow, _ change: @escaping @Sendable (Database) throws -> Void
  ) async throws {
    let changed = try await context.commit { database in
      try change(database)
      return try service.store.row(row.number, in: database)
    }
    service.running.changed(changed)
  }

  private func evidence(_ row: DeploymentRow) -> JSONObject {
    [
      "model_id": row.modelID.json, "environment": row.environment.json, "approval_id": row.approvalID.json,
      "weights_hash": .string(row.weights.digest.description),
    ]
  }
}
