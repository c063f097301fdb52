import Wire

/// One metric of a window beside the baseline's (upstream's `MetricDrift`, and the outcome).
package struct MetricDrift: Sendable, Equatable {
  package let name: String
  package let trainingValue: Double?
  package let servingValue: Double?
  package let threshold: Double
  package let severity: Double
  package let details: String
  package let outcome: DriftOutcome

  package var isDrifted: Bool { outcome == .drifted }

  init(
    _ name: String, training: Double?, serving: Double?, threshold: Double, severity: Double = 0, details: String,
    outcome: DriftOutcome
  ) {
    self.name = name
    trainingValue = training.flatMap { $0.isFinite ? $0 : nil }
    servingValue = serving.flatMap { $0.isFinite ? $0 : nil }
    self.threshold = threshold
    self.severity = severity
    self.details = details
    self.outcome = outcome
  }

  /// - Parameters:
  ///   - training: nil when the baseline has none. Not finite means that something else stood there.
  ///   - serving: likewise of the window.
  static func judge(_ name: String, training: Double?, serving: Double?, by rule: MetricRule) -> MetricDrift {
    func unjudged(_ outcome: DriftOutcome, _ problem: String) -> MetricDrift {
      MetricDrift(
        name, training: training, serving: serving, threshold: rule.tolerance, details: problem, outcome: outcome)
    }
    guard let training else { return unjudged(.insufficientData, "the baseline has no \(name)") }
    guard let serving else { return unjudged(.insufficientData, "the window has no \(name)") }
    guard serving.isFinite else { return unjudged(.invalid, "the window's \(name) is no number") }
    guard training.isFinite else { return unjudged(.invalid, "the baseline's \(name) is no number") }
    guard rule.scale == .absolute || training > 0 else {
      return unjudged(.invalid, "the baseline's \(name) is not above zero, so that nothing is relative to it")
    }
    let worse = rule.worsening(from: training, to: serving)
    let severity = worse > rule.tolerance ? min(worse / rule.severe, 1) : 0
    return MetricDrift(
      name, training: training, serving: serving, threshold: rule.tolerance, severity: severity,
      details: rule.words(name, from: training, to: serving), outcome: worse > rule.tolerance ? .drifted : .healthy)
  }
}

extension MetricDrift {
  package init(_ value: JSONValue, _ path: String) throws(FieldError) {
    var reader = try ObjectReader(value, path)
    let (training, serving) = (try reader.optionalNumber("training_value"), try reader.optionalNumber("serving_value"))
    self.init(
      try reader.string("name", maximum: WatchedValues.maximumNameBytes), training: training, serving: serving,
      threshold: try reader.number("threshold", in: 0...Double.greatestFiniteMagnitude),
      severity: try reader.number("drift_severity", in: 0...1), details: try reader.string("details"),
      outcome: try reader.outcome())
    let isDrifted = try reader.optionalBool("is_drifted")
    try reader.finish()
    guard isDrifted == self.isDrifted else { throw FieldError("\(path).is_drifted", "does not agree with the outcome") }
  }

  package var fields: JSONObject {
    [
      "name": .string(name), "training_value": JSONValue(number: trainingValue),
      "serving_value": JSONValue(number: servingValue), "threshold": JSONValue(number: threshold),
      "is_drifted": .bool(isDrifted), "drift_severity": JSONValue(number: severity), "details": .string(details),
      "outcome": .string(outcome.rawValue),
    ]
  }
}

extension ObjectReader {
  mutating func outcome() throws(FieldError) -> DriftOutcome {
    guard let outcome = DriftOutcome(rawValue: try string("outcome")) else {
      throw failure("outcome", "expected healthy, drifted, insufficient_data or invalid")
    }
    return outcome
  }
}

extension MetricRule {
  /// How much worse, never below zero; at most 1 on the relative scale.
  fileprivate func worsening(from training: Double, to serving: Double) -> Double {
    let loss = better == .higher ? training - serving : serving - training
    guard scale == .relative, loss > 0 else { return max(loss, 0) }
    return min(loss / (better == .higher ? training : serving), 1)
  }

  /// As people say it: the change beside the baseline's value, which on the relative scale can be above 100 %.
  fileprivate func words(_ name: String, from training: Double, to serving: Double) -> String {
    guard worsening(from: training, to: serving) > 0 else { return "\(name) is no worse" }
    let change = abs(serving - training)
    let amount =
      scale == .relative ? Decimal.percent(change / training, digits: 1) : Decimal.fixed(change, digits: 4)
    return "\(name) \(better == .higher ? "fell" : "rose") by \(amount)"
  }
}
