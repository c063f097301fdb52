import Wire

/// By what a window is judged. A training output may say its own in `metadata.drift`, which its submitter and the training plane sign.
package struct DriftSettings: Sendable, Equatable {
  package enum Profile: String, Sendable {
    case standard = "default"
    /// The names, thresholds, severities and actions of `sm_governance` 0.2.0.
    case upstream
  }

  package static let fewestSamples = 10

  package var profile = Profile.standard
  /// The probability of a false alarm for all series of a window together.
  package var alpha = 0.05
  /// What a difference must at least be, however significant: the statistic of Kolmogorov and Smirnov, or Cramér's V.
  package var minimumEffect = 0.1
  /// The effect of severity 1.
  package var severeEffect = 0.5
  package var minimumSamples = fewestSamples
  /// An alarm is so many drifted windows of the last so many.
  package var windows = WindowRule()
  package var metrics: [String: MetricRule] = MetricRule.standard

  package init() {}

  package init(metadata: JSONObject) throws(FieldError) {
    guard let value = metadata["drift"], !value.isNull else { return }
    var reader = try ObjectReader(value, "metadata.drift")
    if let name = try reader.optionalString("profile") {
      guard let known = Profile(rawValue: name) else { throw reader.failure("profile", "expected default or upstream") }
      profile = known
    }
    alpha = try reader.optionalNumber("alpha", in: 1e-6...0.2) ?? alpha
    minimumEffect = try reader.optionalNumber("minimum_effect", in: 0...0.5) ?? minimumEffect
    severeEffect = try reader.optionalNumber("severe_effect", in: 0.01...1) ?? severeEffect
    minimumSamples = try reader.optionalInt("minimum_samples", in: Self.fewestSamples...1_000_000) ?? minimumSamples
    if let rule = try reader.optionalObject("windows") { windows = try WindowRule(rule) }
    for member in try reader.optionalObject("metrics")?.members ?? [] {
      metrics[member.key] = try MetricRule(member.value, "metadata.drift.metrics.\(member.key.clipped(64))")
    }
    try reader.finish()
  }
}

/// `k` of the last `n` windows.
package struct WindowRule: Sendable, Equatable {
  package static let most = 20

  package let drifted: Int
  package let of: Int

  package init(drifted: Int = 2, of: Int = 3) {
    self.drifted = drifted
    self.of = of
  }

  init(_ object: JSONObject) throws(FieldError) {
    var reader = ObjectReader(object, "metadata.drift.windows")
    of = try reader.int("of", in: 1...Self.most)
    drifted = try reader.int("drifted", in: 1...of)
    try reader.finish()
  }

  package var json: JSONValue { ["drifted": .init(drifted), "of": .init(of)] }
}

extension ObjectReader {
  /// A finite number within a range.
  package mutating func number(_ key: String, in range: ClosedRange<Double>) throws(FieldError) -> Double {
    guard let number = try required(key).double, range.contains(number) else {
      throw failure(key, "expected a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  package mutating func optionalNumber(_ key: String, in range: ClosedRange<Double>) throws(FieldError) -> Double? {
    guard optional(key) != nil else { return nil }
    return try number(key, in: range)
  }

  /// A finite number or null.
  package mutating func optionalNumber(_ key: String) throws(FieldError) -> Double? {
    guard let value = optional(key) else { return nil }
    guard let number = value.double else { throw failure(key, "expected a number, found \(value.kindName)") }
    return number
  }
}
