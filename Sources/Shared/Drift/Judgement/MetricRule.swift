import Wire

/// How one metric is watched.
package struct MetricRule: Sendable, Equatable {
  package enum Better: String, Sendable { case higher, lower }
  package enum Scale: String, Sendable {
    /// The better value is the whole: halving what should be high, and doubling what should be low, are both a change of 0.5.
    case relative
    /// In the metric's own unit.
    case absolute
  }

  package let better: Better
  package let scale: Scale
  /// A change for the worse beyond this is drift.
  package let tolerance: Double
  /// The change of severity 1.
  package let severe: Double

  package init(_ better: Better, _ scale: Scale = .relative, tolerance: Double = 0.05, severe: Double = 0.5) {
    self.better = better
    self.scale = scale
    self.tolerance = tolerance
    self.severe = severe
  }

  init(_ value: JSONValue, _ name: String) throws(FieldError) {
    var reader = try ObjectReader(value, name)
    guard let better = Better(rawValue: try reader.string("better")) else {
      throw reader.failure("better", "expected higher or lower")
    }
    guard let scale = Scale(rawValue: try reader.optionalString("scale") ?? "relative") else {
      throw reader.failure("scale", "expected relative or absolute")
    }
    let most = scale == .relative ? 1 : Double.greatestFiniteMagnitude
    self.better = better
    self.scale = scale
    tolerance = try reader.optionalNumber("tolerance", in: 0...most) ?? 0.05
    severe = try reader.optionalNumber("severe", in: 1e-9...most) ?? 0.5
    try reader.finish()
    guard tolerance < severe else { throw FieldError("\(name).severe", "expected more than the tolerance") }
  }

  /// Metrics that are watched without being asked for. Losses grow by a fifth (a sixth of the greater value) before it is drift, as in
  /// upstream.
  static let standard: [String: MetricRule] = {
    let high = ["accuracy", "precision", "recall", "f1", "f1_score", "auc", "roc_auc", "r2", "map", "bleu"]
    let low = ["loss", "error", "error_rate", "mse", "rmse", "mae", "perplexity", "log_loss"]
    return Dictionary(
      uniqueKeysWithValues: high.map { ($0, MetricRule(.higher)) }
        + low.map { ($0, MetricRule(.lower, tolerance: 1.0 / 6)) })
  }()
}
