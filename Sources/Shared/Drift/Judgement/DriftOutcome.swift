/// What a comparison came to. Only `healthy` says that nothing was found.
package enum DriftOutcome: String, Sendable, CaseIterable {
  case healthy
  case drifted
  /// There is too little to tell: few values, no baseline, nothing that both sides have.
  case insufficientData = "insufficient_data"
  /// What was given cannot be compared: values that are no numbers, a baseline of zero, series of different kinds.
  case invalid

  /// Drift that was found stands; short of that, what could not be judged is told before what was found healthy.
  package static func combined(_ outcomes: [DriftOutcome]) -> DriftOutcome {
    [.drifted, .invalid, .insufficientData, .healthy].first(where: outcomes.contains) ?? .insufficientData
  }
}
