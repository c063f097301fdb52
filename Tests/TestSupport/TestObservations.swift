import Attestations
import Drift
import PlaneContract
import Signing
import Wire

extension TestHouse {
  /// A result whose metrics and reference are a baseline: accuracy 0.94 and 200 values of a feature, evenly from 0 to 1.
  package static func watched(metadata: JSONObject = [:]) -> TrainingResult {
    let plain = result()
    return TrainingResult(
      modelID: plain.modelID, weightsHash: plain.weightsHash, weightsKind: plain.weightsKind, card: plain.card,
      metrics: plain.metrics, correlationID: plain.correlationID,
      metadata: metadata, reference: ["petal": .array(even(200, from: 0).map { JSONValue(number: $0) })])
  }

  /// So many values, evenly over 1 from `start` on.
  package static func even(_ count: Int, from start: Double) -> [Double] {
    (0..<count).map { start + Double($0) / Double(count) }
  }

  /// A minute of the watched model, `minute` minutes after `epoch`. The feature is shifted by `shift`.
  package static func window(
    _ minute: Int, shift: Double = 0, accuracy: Double = 0.94, environment: String = "staging", model: String = "iris"
  ) -> Observation {
    let start = epoch.adding(seconds: minute * 60)
    return Observation(
      modelID: ModelID(checked: model), environment: EnvironmentName(checked: environment), windowStart: start,
      windowEnd: start.adding(seconds: 60),
      values: WatchedValues(metrics: ["accuracy": accuracy], series: ["petal": .numbers(even(150, from: shift))]))
  }

  /// What the serving plane makes of a monitor's message; `signer` and `claimed` are what a thief changes.
  package func observation(
    _ observation: Observation, of approval: ModelApproval, by monitor: String = "metrics", at now: Timestamp,
    signedBy signer: String? = nil, servedBy server: String = "serving-plane", claimed: Observation? = nil
  ) throws -> UnverifiedEnvelope {
    let request = try OutgoingRequest(
      .modelObserve, body: ModelObserve(observation: observation).fields, from: principal(monitor).id,
      to: principal("serving-plane").id, signer: key(signer ?? monitor), now: now)
    let predicate = ServingObservation(
      of: claimed ?? observation, weightsHash: approval.weightsHash, approvalID: approval.approvalID,
      approvalDigest: Digest(hashing: Statement.payload(of: approval)), observedBy: try principal(monitor).id,
      receivedAt: now, message: request.envelope)
    return try UnverifiedEnvelope(attesting: predicate, by: [key(server)])
  }
}
