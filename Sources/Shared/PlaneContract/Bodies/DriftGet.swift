import Attestations
import Signing
import Wire

/// `drift.get`: the checks of a model, newest first; or one check with what it was computed from.
package struct DriftGet: Body {
  package static let limits = 1...100

  package let modelID: ModelID
  package let environment: EnvironmentName?
  /// Of the one check that is wanted.
  package let checkDigest: Digest?
  package let after: String?
  package let limit: Int

  package init(
    modelID: ModelID, environment: EnvironmentName? = nil, checkDigest: Digest? = nil, after: String? = nil,
    limit: Int = 20
  ) {
    self.modelID = modelID
    self.environment = environment
    self.checkDigest = checkDigest
    self.after = after
    self.limit = limit
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    modelID = try reader.identifier("model_id")
    environment = try reader.optionalIdentifier("environment")
    checkDigest = try reader.optionalDigest("check_digest")
    after = try reader.optionalString("after", maximum: 200)
    limit = try reader.optionalInt("limit", in: Self.limits) ?? 20
  }

  package var fields: JSONObject {
    var fields: JSONObject = ["model_id": modelID.json, "limit": .init(limit)]
    fields.append("environment", ifPresent: environment?.json)
    fields.append("check_digest", ifPresent: checkDigest.map { .string($0.description) })
    fields.append("after", ifPresent: after.map { .string($0) })
    return fields
  }
}

/// A drift check in a list. Asked for alone it comes with its observation and the training output that is its baseline.
package struct DriftCheckItem: Body {
  package let driftCheck: UnverifiedEnvelope
  package let observation: UnverifiedEnvelope?
  package let trainingOutput: UnverifiedEnvelope?

  package init(
    driftCheck: UnverifiedEnvelope, observation: UnverifiedEnvelope? = nil, trainingOutput: UnverifiedEnvelope? = nil
  ) {
    self.driftCheck = driftCheck
    self.observation = observation
    self.trainingOutput = trainingOutput
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    driftCheck = try reader.envelope("drift_check", maximumPayload: AttestationFormat.maximumPayload)
    observation = try reader.optionalEnvelope("observation", maximumPayload: AttestationFormat.maximumPayload)
    trainingOutput = try reader.optionalEnvelope("training_output", maximumPayload: AttestationFormat.maximumPayload)
  }

  package var fields: JSONObject {
    [
      "drift_check": driftCheck.json, "observation": observation?.json ?? .null,
      "training_output": trainingOutput?.json ?? .null,
    ]
  }
}
