import Attestations
import Wire

/// A judgement in the form in which it is signed: upstream's `DriftCheckResult`, with the outcome and the series.
package struct DriftResult: Sendable, Equatable {
  package let profile: String
  package let outcome: DriftOutcome
  package let metrics: [MetricDrift]
  package let series: [SeriesDrift]
  package let severity: Double
  package let confidence: Double
  package let summary: String
  package let recommendedAction: String

  package var isDrifted: Bool { outcome == .drifted }

  package init(_ judgement: DriftJudgement) {
    profile = judgement.profile.rawValue
    (outcome, metrics, series) = (judgement.outcome, judgement.metrics, judgement.series)
    (severity, confidence) = (judgement.severity, judgement.confidence)
    (summary, recommendedAction) = (judgement.summary, judgement.recommendedAction)
  }

  /// Judges an observation by the baseline that the training output carries.
  package init(_ observation: VerifiedObservation, against output: VerifiedTrainingOutput) {
    let baseline = DriftBaseline(output.output.result)
    self.init(
      DriftJudgement(baseline: baseline, window: observation.observation.values, settings: baseline.settings))
  }

  init(_ reader: inout ObjectReader) throws(FieldError) {
    profile = try reader.string("profile", maximum: 64)
    outcome = try reader.outcome()
    let isDrifted = try reader.optionalBool("is_drifted")
    var metrics: [MetricDrift] = []
    for (index, item) in try reader.array("metrics", maximum: 2000).enumerated() {
      metrics.append(try MetricDrift(item, reader.path("metrics[\(index)]")))
    }
    var series: [SeriesDrift] = []
    for (index, item) in try reader.array("series", maximum: WatchedValues.maximumSeries).enumerated() {
      series.append(try SeriesDrift(item, reader.path("series[\(index)]")))
    }
    (self.metrics, self.series) = (metrics, series)
    severity = try reader.number("overall_severity", in: 0...1)
    confidence = try reader.number("confidence", in: 0...1)
    summary = try reader.string("summary")
    recommendedAction = try reader.string("recommended_action", maximum: 64)
    guard isDrifted == self.isDrifted else { throw reader.failure("is_drifted", "does not agree with the outcome") }
  }

  package var fields: JSONObject {
    [
      "is_drifted": .bool(isDrifted), "metrics": .array(metrics.map { .object($0.fields) }),
      "overall_severity": JSONValue(number: severity), "confidence": JSONValue(number: confidence),
      "summary": .string(summary), "recommended_action": .string(recommendedAction), "profile": .string(profile),
      "outcome": .string(outcome.rawValue), "series": .array(series.map { .object($0.fields) }),
    ]
  }
}

extension DriftResult {
  /// The same, but for the last digits of numbers: two machines' logarithms may differ there.
  package func agrees(with other: DriftResult) -> Bool { Self.agree(.object(fields), .object(other.fields)) }

  private static func agree(_ left: JSONValue, _ right: JSONValue) -> Bool {
    switch (left, right) {
    case (.number(let left), .number(let right)):
      let (left, right) = (left.double, right.double)
      return left == right || abs(left - right) <= 1e-9 * max(abs(left), abs(right))
    case (.array(let left), .array(let right)):
      return left.count == right.count && zip(left, right).allSatisfy(agree)
    case (.object(let left), .object(let right)):
      return left.members.count == right.members.count
        && left.members.allSatisfy { member in right[member.key].map { agree(member.value, $0) } ?? false }
    default: return left == right
    }
  }
}

/// Upstream's `DriftAlert`: what is told when an alarm is raised.
package struct DriftAlert: Sendable {
  package let modelID: ModelID
  package let result: DriftResult
  package let alertedAt: Timestamp

  package init(modelID: ModelID, result: DriftResult, alertedAt: Timestamp) {
    self.modelID = modelID
    self.result = result
    self.alertedAt = alertedAt
  }

  package var fields: JSONObject {
    [
      "model_id": modelID.json, "severity": .string(DriftSeverity(result.severity).rawValue),
      "alerted_at": .string(alertedAt.attestationText), "summary": .string(result.summary),
      "recommended_action": .string(result.recommendedAction), "overall_severity": JSONValue(number: result.severity),
      "confidence": JSONValue(number: result.confidence),
    ]
  }
}
