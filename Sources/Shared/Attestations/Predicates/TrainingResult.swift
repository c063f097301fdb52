import Signing
import Wire

/// What a training job says it made: the part of a training output that its submitter signs (upstream's `TrainingResult`).
package struct TrainingResult: Sendable, Equatable {
  package static let maximumMetricCount = 1000

  package let modelID: ModelID
  package let weightsHash: Digest
  package let weightsKind: WeightsKind
  /// The model card, kept as given. It may repeat the model's identity but never differ from it.
  package let card: JSONObject
  /// Name to finite number.
  package let metrics: JSONObject
  package let correlationID: CorrelationID
  package let metadata: JSONObject
  package let provenance: JSONObject?
  package let lineage: [JSONValue]?
  /// Series that drift is later measured against.
  package let reference: JSONObject?

  package init(
    modelID: ModelID, weightsHash: Digest, weightsKind: WeightsKind, card: JSONObject = [:], metrics: JSONObject = [:],
    correlationID: CorrelationID, metadata: JSONObject = [:], provenance: JSONObject? = nil,
    lineage: [JSONValue]? = nil,
    reference: JSONObject? = nil
  ) {
    self.modelID = modelID
    self.weightsHash = weightsHash
    self.weightsKind = weightsKind
    self.card = card
    self.metrics = metrics
    self.correlationID = correlationID
    self.metadata = metadata
    self.provenance = provenance
    self.lineage = lineage
    self.reference = reference
  }

  /// Reads the fields from a job's message (`looseDigest`: a bare hex digest is normalised) or from an attestation.
  package init(_ reader: inout ObjectReader, looseDigest: Bool) throws(FieldError) {
    modelID = try reader.identifier("model_id")
    weightsHash = looseDigest ? try reader.looseDigest("weights_hash") : try reader.digest("weights_hash")
    guard let kind = WeightsKind(rawValue: try reader.string("weights_kind")) else {
      throw reader.failure("weights_kind", "expected file or directory")
    }
    weightsKind = kind
    card = try reader.optionalObject("card") ?? [:]
    metrics = try reader.optionalObject("metrics") ?? [:]
    correlationID = try reader.identifier("correlation_id")
    metadata = try reader.optionalObject("metadata") ?? [:]
    provenance = try reader.optionalObject("provenance")
    lineage = try reader.optionalArray("lineage", maximum: 1000)
    reference = try reader.optionalObject("reference")
    try checkMetrics(reader)
    try checkIdentity(of: card, named: "card", reader)
    if let provenance { try checkIdentity(of: provenance, named: "provenance", reader) }
  }

  private func checkMetrics(_ reader: ObjectReader) throws(FieldError) {
    guard metrics.members.count <= Self.maximumMetricCount else { throw reader.failure("metrics", "too many") }
    for metric in metrics.members {
      guard metric.value.double != nil else {
        throw reader.failure(
          "metrics.\(metric.key.clipped(64))", "expected a finite number, found \(metric.value.kindName)")
      }
    }
  }

  /// The papers of a model may not claim to be those of another one.
  private func checkIdentity(of papers: JSONObject, named name: String, _ reader: ObjectReader) throws(FieldError) {
    if let claimed = papers["model_id"], !claimed.isNull, claimed.string != "", claimed != modelID.json {
      throw reader.failure("\(name).model_id", "differs from the model_id of the output")
    }
    if let claimed = papers["weights_hash"], !claimed.isNull, claimed.string != "",
      claimed.string.flatMap(Digest.init(loose:)) != weightsHash
    {
      throw reader.failure("\(name).weights_hash", "differs from the weights_hash of the output")
    }
  }

  package var fields: JSONObject {
    var object: JSONObject = [
      "model_id": modelID.json, "weights_hash": .string(weightsHash.description), "card": .object(card),
      "metrics": .object(metrics), "correlation_id": correlationID.json, "metadata": .object(metadata),
      "weights_kind": .string(weightsKind.rawValue),
    ]
    if let provenance { object.append("provenance", .object(provenance)) }
    if let lineage { object.append("lineage", .array(lineage)) }
    if let reference { object.append("reference", .object(reference)) }
    return object
  }
}
