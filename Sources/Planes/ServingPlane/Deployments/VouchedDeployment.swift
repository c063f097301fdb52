import Attestations
import Daemon
import PlaneContract
import Signing
import Storage
import WeightsDigest
import Wire

/// A row of the table says that something runs, and signatures do not bear it out.
struct UnvouchedDeployment: Error, CustomStringConvertible {
  let description: String
}

/// What runs was approved, and is not any more under a trust root that came since. It is denied at once; when it ends is another
/// question, and nothing about it hints at a row that somebody wrote.
struct FallenShort: Error, CustomStringConvertible {
  let description: String
}

extension DeploymentService {
  /// The gates that what runs must still pass when it is put in place again. Time is not among them: what has run goes on until it
  /// is undeployed.
  private static let lastingGates: Set<Gate> = [.approval, .training, .quorum, .environment, .scope, .revocation]

  /// The weights that may be served for a row: what this plane's own signed promotion says, under an approval whose signatures
  /// still bear it. Columns alone, which somebody could have written, put nothing in place.
  ///
  /// - Throws: `UnvouchedDeployment` with the reason; `FallenShort` where it is the trust root that changed.
  func vouched(_ row: DeploymentRow) async throws -> WeightsID {
    let root = context.root
    guard let bytes = row.promotion, let promotion = try? promotion(bytes, root) else {
      throw UnvouchedDeployment(description: "no promotion that this plane signed is on record")
    }
    let record = promotion.predicate.record
    guard record == row.record(promoted: true, at: record.promotedAt, message: record.message),
      row.deployedAt == record.promotedAt, row.endedAt == nil
    else {
      throw UnvouchedDeployment(description: "the row differs from the promotion that was signed")
    }
    let isLast = try await context.database.read {
      try PlaceHistory(place: row.place).endsWith(promotion.digest, in: $0)
    }
    guard isLast else { throw UnvouchedDeployment(description: "the evidence says that it ended") }
    let candidate = try await index.stored(row.approvalDigest, of: row.modelID, under: root)
    let failed = lastingFailures(row, candidate, root)
    if candidate != nil, !failed.isEmpty, try await hasRootChanged(since: record.promotedAt) {
      throw FallenShort(description: failed.failures)
    }
    guard let candidate, let held = candidate.verified, WeightsID(held) == row.weights else {
      throw UnvouchedDeployment(description: "its approval is missing, broken or of other weights")
    }
    guard failed.isEmpty else { throw UnvouchedDeployment(description: failed.failures) }
    return row.weights
  }

  /// What runs and is denied by the root in force, by gates that time alone does not close: the roster or the policy has changed. What
  /// becomes of it is not decided here.
  func fallenShort(under root: VerifiedTrustRoot) async throws -> [(row: DeploymentRow, reason: String)] {
    var fallen: [(DeploymentRow, String)] = []
    for row in running.all {
      let candidate = try await index.stored(row.approvalDigest, of: row.modelID, under: root)
      let failed = lastingFailures(row, candidate, root)
      if !failed.isEmpty { fallen.append((row, failed.failures)) }
    }
    return fallen
  }

  private func hasRootChanged(since time: Timestamp) async throws -> Bool {
    try await context.database.read { try TrustRootStore().newestAcceptance(in: $0).map { $0 > time } ?? false }
  }

  private func lastingFailures(
    _ row: DeploymentRow, _ candidate: ApprovalCandidate?, _ root: VerifiedTrustRoot
  ) -> [GateResult] {
    let question = GateQuestion(
      modelID: row.modelID, environment: row.environment, scope: row.scope, approvalID: row.approvalID)
    return decisions.evaluate(candidate, question, root: root, now: context.clock.now()).filter {
      !$0.passed && Self.lastingGates.contains($0.gate)
    }
  }

  private func promotion(_ bytes: [UInt8], _ root: VerifiedTrustRoot) throws -> Attested<PromotionResult> {
    try UnverifiedEnvelope(parsing: bytes, maximumPayload: AttestationFormat.maximumPayload)
      .attested(PromotionResult.self, by: root.keysEver(of: .serving))
  }
}
