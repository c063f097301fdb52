import Signing
import Ledger
import MerkleLog
import Attestations
import Daemon
import PlaneContract
import Wire

/// Accepts training outputs: both signatures verified, every field compared with what the submitter signed.
struct TrainingService: Sendable {
  let context: PlaneContext
  private let store = TrainingOutputStore()

  init(context: PlaneContext) { self.context = context }

  /// Idempotent by payload digest: what was accepted is not judged again, whatever key the training plane has now.
  ///
  /// - Throws: `AttestationError` (which is told as `policy_failed`) for an output that does not hold.
  func accept(_ envelope: UnverifiedEnvelope, request: AdmittedRequest) async throws -> Acceptance {
    let output = try VerifiedTrainingOutput.reread(envelope, root: request.root)
    let objection = output.objection(under: request.root, acceptedUnder: nil)
    return try await context.commit(for: request) { [self] database in
      if try store.holds(output.digest, in: database) {
        // Known by an older key of the training plane, it may be proposed again by the present one.
        if objection == nil { try store.merge(output, root: request.root, in: database) }
        return Acceptance(digest: output.digest)
      }
      if let objection { throw AttestationError.syntax(TrainingOutput.name, objection) }
      try store.register(
        output, receivedAt: request.receivedAt, rootVersion: request.root.version, in: database)
      try context.record(.trainingReceived, evidence(of: output.output), attestation: output.digest, in: database)
      return Acceptance(digest: output.digest)
    }
  }

  /// Without the metrics, which stand in the training plane's own entry and in the attestation.
  private func evidence(of output: TrainingOutput) -> JSONObject {
    [
      "model_id": output.modelID.json, "weights_hash": .string(output.weightsHash.description),
      "correlation_id": output.result.correlationID.json, "submitted_by": output.submittedBy.json,
    ]
  }
}
