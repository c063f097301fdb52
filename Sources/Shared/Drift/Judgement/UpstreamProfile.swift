/// Metric drift as `sm_governance` 0.2.0 judges it: two metrics by name, fixed thresholds, severities that are averaged. What it would
/// call no drift because there was nothing to compare is `insufficient_data` here.
package enum UpstreamProfile {
  static let maximumLossIncrease = 0.20
  static let minimumAccuracyRatio = 0.95
  static let distributionThreshold = 0.10

  package static func judge(training: [String: Double], serving: [String: Double]) -> [MetricDrift] {
    [loss(training["loss"], serving["loss"]), accuracy(training["accuracy"], serving["accuracy"])].compactMap { $0 }
  }

  private static func loss(_ training: Double?, _ serving: Double?) -> MetricDrift? {
    guard let training, let serving, serving.isFinite, training > 0 else { return nil }
    let increase = (serving - training) / training
    let isDrifted = increase > maximumLossIncrease
    return MetricDrift(
      "loss", training: training, serving: serving, threshold: maximumLossIncrease,
      severity: isDrifted ? min(increase / maximumLossIncrease, 1) : 0,
      details: "Loss increased by \(Decimal.percent(increase, digits: 1))", outcome: isDrifted ? .drifted : .healthy)
  }

  private static func accuracy(_ training: Double?, _ serving: Double?) -> MetricDrift? {
    guard let training, let serving, serving.isFinite, training > 0 else { return nil }
    let ratio = serving / training
    let isDrifted = ratio < minimumAccuracyRatio
    return MetricDrift(
      "accuracy", training: training, serving: serving, threshold: minimumAccuracyRatio,
      severity: isDrifted ? min((minimumAccuracyRatio - ratio) / minimumAccuracyRatio, 1) : 0,
      details: "Accuracy ratio is \(Decimal.percent(ratio, digits: 2))", outcome: isDrifted ? .drifted : .healthy)
  }
}
