import Signing
import Attestations
import Wire

/// The data of a `training_completed` entry: upstream's fields and who submitted.
enum TrainingEvidence {
  /// Metrics that take more bytes are left to the attestation, which the entry names by digest: an entry has a bound, and a
  /// submission must not fail because of its evidence.
  static let maximumMetrics = 32 * 1024

  static func data(of output: TrainingOutput) -> JSONObject {
    let size = output.result.metrics.serialized().count
    let fits = size <= maximumMetrics
    var data: JSONObject = [
      "model_id": output.modelID.json, "weights_hash": .string(output.weightsHash.description),
      "metrics": .object(fits ? output.result.metrics : [:]), "correlation_id": output.result.correlationID.json,
      "submitted_by": output.submittedBy.json,
    ]
    if !fits { data.append("metrics_left_out", .init(size)) }
    return data
  }
}
