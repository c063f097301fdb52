import Signing
import Ledger
import Attestations
import Daemon
import PlaneContract
import Wire

/// Accepts training outputs: both signatures verified, every field compared with what the submitter signed.
struct TrainingService: Sendable {
  let context: PlaneContext
  private let store = TrainingOutputStore()

  init(context: PlaneContext) { self.context = context }

  /// Idempotent by payload digest.
  ///
  /// - Throws: `AttestationError` (which is told as `policy_failed`) for an output that does not hold.
  func accept(_ envelope: UnverifiedEnvelope, request: AdmittedRequest) async throws -> Acceptance {
    let output = try VerifiedTrainingOutput.verify(envelope, root: context.root)
    return try await context.commit(for: request) { [self] database in
      let isKnown = try store.holds(output.digest, in: database)
      if !isKnown {
        try store.register(output, receivedAt: request.receivedAt, in: database)
        try context.record(.trainingReceived, evidence(of: output.output), attestation: output.digest, in: database)
      }
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
