import Wire

/// One series of a window beside the baseline's, with what was decided.
package struct SeriesDrift: Sendable, Equatable {
  package let name: String
  package let referenceSize: Int
  package let windowSize: Int
  /// Nil where the series could not be compared.
  package let findings: SeriesFindings?
  /// By Holm, over all series of the window.
  package let adjustedP: Double?
  package let severity: Double
  package let outcome: DriftOutcome
  /// Why it could not be judged, or what was found, in words.
  package let details: String

  /// Judges all series of one window together: drift is what is significant after the correction and large enough to matter.
  package static func judge(
    _ comparisons: [(name: String, comparison: SeriesComparison)], by settings: DriftSettings
  ) -> [SeriesDrift] {
    var adjusted = HolmCorrection.adjusted(comparisons.compactMap { $0.comparison.findings?.p }).makeIterator()
    return comparisons.map { name, comparison in
      let adjustedP = comparison.findings.flatMap { _ in adjusted.next() }
      return SeriesDrift(name, comparison, adjustedP: adjustedP, settings)
    }
  }

  private init(_ name: String, _ comparison: SeriesComparison, adjustedP: Double?, _ settings: DriftSettings) {
    self.name = name
    self.adjustedP = adjustedP
    (referenceSize, windowSize) = (comparison.sizes.reference, comparison.sizes.window)
    switch comparison.result {
    case .unjudged(let outcome, let problem):
      (findings, self.outcome, severity, details) = (nil, outcome, 0, problem)
    case .compared(let findings):
      let isDrifted =
        settings.profile == .upstream
        ? findings.effect > UpstreamProfile.distributionThreshold
        : (adjustedP ?? 1) <= settings.alpha && findings.effect >= settings.minimumEffect
      self.findings = findings
      outcome = isDrifted ? .drifted : .healthy
      severity = isDrifted ? min(findings.effect / settings.severeEffect, 1) : 0
      details = findings.words
    }
  }
}

extension SeriesDrift {
  package init(_ value: JSONValue, _ path: String) throws(FieldError) {
    var reader = try ObjectReader(value, path)
    name = try reader.string("name", maximum: WatchedValues.maximumNameBytes)
    referenceSize = try reader.int("reference_size", in: 0...Int.max)
    windowSize = try reader.int("window_size", in: 0...Int.max)
    findings = try SeriesFindings(ifPresentIn: &reader)
    adjustedP = try reader.optionalNumber("p_adjusted", in: 0...1)
    severity = try reader.number("drift_severity", in: 0...1)
    outcome = try reader.outcome()
    details = try reader.string("details")
    try reader.finish()
  }

  package var fields: JSONObject {
    var fields: JSONObject = [
      "name": .string(name), "reference_size": .init(referenceSize), "window_size": .init(windowSize),
    ]
    for member in SeriesFindings.fields(of: findings).members { fields.append(member.key, member.value) }
    fields.append("p_adjusted", JSONValue(number: adjustedP))
    fields.append("drift_severity", JSONValue(number: severity))
    fields.append("outcome", .string(outcome.rawValue))
    fields.append("details", .string(details))
    return fields
  }
}
