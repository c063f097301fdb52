import Attestations
import Daemon
import PlaneContract
import Signing
import WeightsDigest
import Wire

/// A row of the table says that something runs, and signatures do not bear it out.
struct UnvouchedDeployment: Error, CustomStringConvertible {
  let description: String
}

extension DeploymentService {
  /// The gates that what runs must still pass when it is put in place again. Neither time nor what a new trust root asks is among
  /// them: such a model is denied, and stays in place for its grace (`DeploymentReview`). That grace may have begun for a reason that
  /// looks like a broken approval, such as a new governance key.
  private static func lastingGates(_ row: DeploymentRow) -> Set<Gate> {
    row.deniedSince == nil ? [.approval, .training, .revocation] : [.revocation]
  }

  /// The weights that may be served for a row: what this plane's own signed promotion says, under an approval whose signatures
  /// still bear it. Columns alone, which somebody could have written, put nothing in place.
  ///
  /// - Throws: `UnvouchedDeployment` with the reason.
  func vouched(_ row: DeploymentRow) async throws -> WeightsID {
    guard let bytes = row.promotion, let record = try? promotion(bytes) else {
      throw UnvouchedDeployment(description: "no promotion that this plane signed is on record")
    }
    guard record == row.record(promoted: true, at: record.promotedAt, message: record.message),
      row.deployedAt == record.promotedAt, row.endedAt == nil
    else {
      throw UnvouchedDeployment(description: "the row differs from the promotion that was signed")
    }
    let candidate = try await index.stored(row.approvalDigest, of: row.modelID)
    guard let candidate, let held = candidate.verified, WeightsID(held) == row.weights else {
      throw UnvouchedDeployment(description: "its approval is missing, broken or of other weights")
    }
    let question = GateQuestion(
      modelID: row.modelID, environment: row.environment, scope: row.scope, approvalID: row.approvalID)
    let failed = decisions.evaluate(candidate, question, now: context.clock.now()).filter {
      !$0.passed && Self.lastingGates(row).contains($0.gate)
    }
    guard failed.isEmpty else { throw UnvouchedDeployment(description: failed.failures) }
    return row.weights
  }

  private func promotion(_ bytes: [UInt8]) throws -> PromotionRecord {
    try UnverifiedEnvelope(parsing: bytes, maximumPayload: AttestationFormat.maximumPayload)
      .attested(PromotionResult.self, by: context.root.keys(of: .serving)).predicate.record
  }
}
