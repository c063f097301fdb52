import Attestations
import Drift
import Wire

/// Drift checks for people: the windows, and each metric and series over them.
struct DriftTable {
  /// Newest first.
  let checks: [DriftCheck]

  var windows: Table {
    var table = Table("WINDOW END", "ENVIRONMENT", "MONITOR", "OUTCOME", "SEVERITY", "ALARM", "SUMMARY")
    for check in checks {
      let alarm = "\(check.alarm.drifted) of \(check.alarm.rule.of)\(check.alarm.isRaised ? " raised" : "")"
      table.add(
        check.windowEnd.wholeSeconds.attestationText, check.environment.text, check.monitor.text,
        check.result.outcome.rawValue, Decimal.fixed(check.result.severity, digits: 2), alarm, check.result.summary)
    }
    return table
  }

  /// The newest check's findings, with what each has been over the windows, oldest first.
  var findings: Table? {
    guard let newest = checks.first?.result else { return nil }
    var table = Table("WATCHED", "BASELINE", "NOW", "FOUND", "CORRECTED P", "OUTCOME", "OVER TIME")
    for metric in newest.metrics {
      table.add(
        metric.name, Self.text(metric.trainingValue), Self.text(metric.servingValue), metric.details, "",
        metric.outcome.rawValue, Sparkline.text(history(of: metric.name)))
    }
    for series in newest.series {
      table.add(
        series.name, "\(series.referenceSize) values", "\(series.windowSize) values", series.details,
        series.adjustedP.map(Decimal.short) ?? "", series.outcome.rawValue,
        Sparkline.text(effects(of: series.name), highest: 1))
    }
    return table
  }

  /// A metric's values, oldest first; nil where a window had none.
  func history(of name: String) -> [Double?] {
    checks.reversed().map { check in check.result.metrics.first { $0.name == name }?.servingValue }
  }

  private func effects(of name: String) -> [Double?] {
    checks.reversed().map { check in check.result.series.first { $0.name == name }?.findings?.effect }
  }

  private static func text(_ value: Double?) -> String { value.map { Decimal.fixed($0, digits: 4) } ?? "" }
}

/// Values as bars of eight heights.
enum Sparkline {
  private static let bars = Array("▁▂▃▄▅▆▇█")

  /// From the lowest value, or 0 where a highest is given, to the highest. A gap is a dot.
  static func text(_ values: [Double?], highest: Double? = nil) -> String {
    let known = values.compactMap { $0 }
    guard let least = known.min(), let most = known.max() else { return "" }
    let (low, high) = (highest == nil ? least : 0, highest ?? most)
    return String(
      values.map { value in
        guard let value else { return "·" }
        guard high > low else { return bars[3] }
        return bars[min(max(Int((value - low) / (high - low) * 8), 0), 7)]
      })
  }
}
