import Wire

/// Metrics of a version beside those of the version that is approved now.
struct MetricComparison {
  let metrics: JSONObject
  /// Nil where there is no such version.
  let before: JSONObject?

  /// One for each metric of either version, the new one's in its order.
  var lines: [String] {
    let gone = before?.members.filter { metrics[$0.key] == nil } ?? []
    return metrics.members.map { "\($0.key): \($0.value.jsonText)\(change(of: $0.key, $0.value))" }
      + gone.map { "\($0.key): not measured (before: \($0.value.jsonText))" }
  }

  private func change(of name: String, _ value: JSONValue) -> String {
    guard let before else { return "" }
    guard let old = before[name] else { return " (not measured before)" }
    guard let number = value.double, let oldNumber = old.double else { return " (before: \(old.jsonText))" }
    return " (before: \(old.jsonText), \(Self.difference(number - oldNumber)))"
  }

  /// To six decimals, which hides what binary fractions add, unless nothing would be left.
  static func difference(_ value: Double) -> String {
    guard value != 0 else { return "unchanged" }
    let rounded = (value * 1_000_000).rounded() / 1_000_000
    let shown = rounded == 0 || !rounded.isFinite ? value : rounded
    return shown > 0 ? "+\(shown)" : "\(shown)"
  }
}
