import Wire

/// What one window came to: pure, from the baseline, the window and the settings, so that anybody can judge again.
package struct DriftJudgement: Sendable, Equatable {
  package let profile: DriftSettings.Profile
  package let metrics: [MetricDrift]
  package let series: [SeriesDrift]
  package let outcome: DriftOutcome
  /// 0 to 1.
  package let severity: Double
  /// The part of what was expected that could be judged, 0 to 1.
  package let confidence: Double
  private let baselineProblem: String?

  package var isDrifted: Bool { outcome == .drifted }

  package init(baseline: DriftBaseline, window: WatchedValues, settings: DriftSettings) {
    profile = settings.profile
    baselineProblem = baseline.problem
    metrics = Self.metrics(baseline, window, settings)
    series = SeriesDrift.judge(Self.comparisons(baseline, window, settings), by: settings)
    let outcomes = metrics.map(\.outcome) + series.map(\.outcome)
    let severities = metrics.map(\.severity) + series.map(\.severity)
    let judged = outcomes.count { $0 == .healthy || $0 == .drifted }
    outcome = baseline.problem == nil ? DriftOutcome.combined(outcomes) : .invalid
    switch settings.profile {
    case .standard:
      severity = severities.max() ?? 0
      confidence = outcomes.isEmpty ? 0 : Double(judged) / Double(outcomes.count)
    case .upstream:
      severity = severities.isEmpty ? 0 : severities.reduce(0, +) / Double(severities.count)
      confidence = judged == 0 ? 0 : series.isEmpty ? 1 : 0.95
    }
  }

  private static func metrics(
    _ baseline: DriftBaseline, _ window: WatchedValues, _ settings: DriftSettings
  ) -> [MetricDrift] {
    if settings.profile == .upstream {
      return UpstreamProfile.judge(training: baseline.metrics, serving: window.metrics)
    }
    return Set(baseline.metrics.keys).union(window.metrics.keys).sorted().compactMap { name in
      settings.metrics[name].map {
        MetricDrift.judge(name, training: baseline.metrics[name], serving: window.metrics[name], by: $0)
      }
    }
  }

  /// Every series that the window gives; one without a baseline cannot be judged, which is said. What the baseline has and the window
  /// lacks is another window's business: not every monitor sees everything.
  private static func comparisons(
    _ baseline: DriftBaseline, _ window: WatchedValues, _ settings: DriftSettings
  ) -> [(name: String, comparison: SeriesComparison)] {
    window.series.sorted { $0.key < $1.key }.map { name, values in
      let reference = baseline.series[name] ?? .numbers([])
      return (name, SeriesComparison(reference, values, minimumSamples: settings.minimumSamples))
    }
  }
}

// Upstream's words.
extension DriftJudgement {
  package var summary: String {
    let count = metrics.count(where: \.isDrifted) + series.count { $0.outcome == .drifted }
    switch outcome {
    case .healthy: return "No drift detected"
    case .drifted: return "\(DriftSeverity.word(severity)) drift detected (\(count) metrics)"
    case .insufficientData: return "Insufficient data: \(problem)"
    case .invalid: return "Invalid data: \(problem)"
    }
  }

  package var recommendedAction: String { isDrifted ? DriftSeverity.action(severity) : "monitor" }

  private var problem: String {
    if let baselineProblem { return "the baseline: \(baselineProblem)" }
    if let metric = metrics.first(where: { $0.outcome == outcome }) { return metric.details }
    if let one = series.first(where: { $0.outcome == outcome }) { return "\(one.name): \(one.details)" }
    return "nothing that is watched was given"
  }
}
