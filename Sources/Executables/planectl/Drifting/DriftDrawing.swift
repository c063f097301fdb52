import Drift
import Wire

/// A drift check as a drawing: each series as the distributions of baseline and window, each metric over the windows.
struct DriftDrawing {
  private static let style = """
    .page{fill:#fff}.title{font:600 14px sans-serif;fill:#1f2933}.note,.label{font:11px sans-serif;fill:#52606d}
    .grid{stroke:#e4e7eb;stroke-width:1}.base{stroke:#2f6fb0;fill:none;stroke-width:2}
    .seen{stroke:#d9822b;fill:none;stroke-width:2}.gap{stroke:#c0392b;stroke-width:2;stroke-dasharray:4 3}
    .baseBar{fill:#2f6fb0}.seenBar{fill:#d9822b}.good{fill:#2f6fb0}.bad{fill:#c0392b}
    """

  private let check: VerifiedDriftCheck
  private let earlier: DriftTable

  init(_ check: VerifiedDriftCheck, earlier: DriftTable) { (self.check, self.earlier) = (check, earlier) }

  var svg: String {
    let predicate = check.predicate
    var panels: [[SVGElement]] = []
    func top() -> Double { 56 + Double(panels.count) * DriftPanel.size.height }
    for series in predicate.result.series { if let drawn = panel(series, top: top()) { panels.append(drawn) } }
    for metric in predicate.result.metrics { panels.append(panel(metric, top: top())) }
    let (width, height) = (DriftPanel.size.width, top() + 8)
    let head = "\(predicate.modelID) in \(predicate.environment): \(predicate.result.summary)"
    let window =
      "\(predicate.windowStart.wholeSeconds) to \(predicate.windowEnd.wholeSeconds), seen by \(predicate.monitor)"
    let page = [
      SVGElement.rectangle(x: 0, y: 0, width: width, height: height, style: "page"),
      SVGElement.text(head, x: 20, y: 24, style: "title"), SVGElement.text(window, x: 20, y: 40, style: "note"),
    ]
    var style = SVGElement("style")
    style.content = Self.style.split(separator: "\n").joined(separator: " ")
    var title = SVGElement("title")
    title.content = head
    let (across, down) = (SVGElement.number(width), SVGElement.number(height))
    let root = SVGElement(
      "svg",
      [
        ("xmlns", "http://www.w3.org/2000/svg"), ("width", across), ("height", down),
        ("viewBox", "0 0 \(across) \(down)"), ("role", "img"),
      ], [title, style] + page + panels.flatMap { $0 })
    return root.markup + "\n"
  }

  private func panel(_ drift: SeriesDrift, top: Double) -> [SVGElement]? {
    guard let reference = check.baseline.series[drift.name],
      let window = check.observation.observation.values.series[drift.name]
    else { return nil }
    if case (.categories(let first), .categories(let second)) = (reference, window) {
      return bars(drift, first, second, top: top)
    }
    guard let first = CumulativeSteps(reference), let second = CumulativeSteps(window) else { return nil }
    return curves(drift, first, second, top: top)
  }

  private func note(_ drift: SeriesDrift) -> String {
    let adjusted = drift.adjustedP.map { ", corrected p \(Decimal.short($0))" } ?? ""
    return
      "\(drift.outcome.rawValue): \(drift.details)\(adjusted), \(drift.referenceSize) and \(drift.windowSize) values"
  }

  private func curves(
    _ drift: SeriesDrift, _ first: CumulativeSteps, _ second: CumulativeSteps, top: Double
  ) -> [SVGElement] {
    let range =
      min(first.range.lowerBound, second.range.lowerBound)...max(first.range.upperBound, second.range.upperBound)
    let panel = DriftPanel(drift.name, note: note(drift), top: top, horizontal: range, vertical: 0...1)
    var elements = panel.frame("part of the values that are at most so large") + panel.numbersAcross
    elements.append(.polyline(first.points(over: range).map { (panel.x($0), panel.y($1)) }, style: "base"))
    elements.append(.polyline(second.points(over: range).map { (panel.x($0), panel.y($1)) }, style: "seen"))
    var names = [LegendEntry.baseline, .window]
    if let location = drift.findings?.location {
      let ends = (panel.y(first.share(at: location)), panel.y(second.share(at: location)))
      elements.append(.line((panel.x(location), ends.0), (panel.x(location), ends.1), style: "gap"))
      names.append(.gap)
    }
    return elements + panel.legend(names)
  }

  private func bars(_ drift: SeriesDrift, _ first: Categories, _ second: Categories, top: Double) -> [SVGElement] {
    let names = Set(first.counts.keys).union(second.counts.keys).sorted { left, right in
      (first.counts[left] ?? 0, right) > (first.counts[right] ?? 0, left)
    }.prefix(12)
    let shares = names.map { name in
      (share(first.counts[name], first.total), share(second.counts[name], second.total))
    }
    let highest = shares.map { max($0, $1) }.max() ?? 1
    let panel = DriftPanel(
      drift.name, note: note(drift), top: top, horizontal: 0...Double(names.count), vertical: 0...max(highest, 0.01))
    var elements = panel.frame("part of the values")
    let width = (panel.right - panel.left) / Double(max(names.count, 1))
    for (index, (name, share)) in zip(names, shares).enumerated() {
      let left = panel.left + Double(index) * width
      for (offset, value, style) in [(0.15, share.0, "baseBar"), (0.5, share.1, "seenBar")] {
        elements.append(
          .rectangle(
            x: left + offset * width, y: panel.y(value), width: 0.35 * width, height: panel.floor - panel.y(value),
            style: style))
      }
      elements.append(
        .text(String(name.prefix(14)), x: left + width / 2, y: panel.floor + 16, style: "label", anchor: "middle"))
    }
    return elements + panel.legend([.baseline, .window])
  }

  private func share(_ count: Int?, _ total: Int) -> Double { total > 0 ? Double(count ?? 0) / Double(total) : 0 }

  /// A metric over the windows that are known, oldest first, beside the baseline's value.
  private func panel(_ metric: MetricDrift, top: Double) -> [SVGElement] {
    let history = earlier.history(of: metric.name)
    let known = history.compactMap { $0 } + [metric.trainingValue, metric.servingValue].compactMap { $0 }
    let (low, high) = (known.min() ?? 0, known.max() ?? 1)
    let slack = max((high - low) * 0.1, 1e-9)
    // What is never negative is not drawn as if it could be.
    let floor = low >= 0 ? max(low - slack, 0) : low - slack
    let panel = DriftPanel(
      metric.name, note: "\(metric.outcome.rawValue): \(metric.details)", top: top,
      horizontal: 0...Double(max(history.count - 1, 1)), vertical: floor...(high + slack))
    var elements = panel.frame("value in each window") + ends(of: panel)
    if let value = metric.trainingValue {
      elements.append(.line((panel.left, panel.y(value)), (panel.right, panel.y(value)), style: "base"))
    }
    let points = history.enumerated().compactMap { index, value in value.map { (panel.x(Double(index)), panel.y($0)) } }
    elements.append(.polyline(points, style: "seen"))
    for (index, check) in earlier.checks.reversed().enumerated() {
      guard let drift = check.result.metrics.first(where: { $0.name == metric.name }), let value = drift.servingValue
      else { continue }
      let style = drift.isDrifted ? "bad" : "good"
      elements.append(.circle((panel.x(Double(index)), panel.y(value)), radius: 4, style: style))
    }
    let windows = LegendEntry(words: "windows, oldest first", style: "seen")
    return elements
      + panel.legend([
        .baseline, windows, LegendEntry(words: "drifted", style: "bad", mark: .dot),
        LegendEntry(words: "not drifted", style: "good", mark: .dot),
      ])
  }

  /// When the oldest and the newest window ended.
  private func ends(of panel: DriftPanel) -> [SVGElement] {
    guard let newest = earlier.checks.first, let oldest = earlier.checks.last, earlier.checks.count > 1 else {
      return []
    }
    return panel.endsAcross(
      oldest.windowEnd.wholeSeconds.attestationText, newest.windowEnd.wholeSeconds.attestationText)
  }
}

/// Which part of a series is at most so large.
struct CumulativeSteps {
  private static let mostPoints = 400
  /// Ascending values, each with the part that is at most that.
  private let steps: [(value: Double, share: Double)]

  /// Nil for categories, and for a series without finite values.
  init?(_ series: Series) {
    switch series {
    case .numbers(let values):
      let sorted = RadixSort.sorted(values.filter(\.isFinite))
      guard !sorted.isEmpty else { return nil }
      steps = sorted.enumerated().map { ($1, Double($0 + 1) / Double(sorted.count)) }
    case .histogram(let histogram):
      guard histogram.total > 0 else { return nil }
      var sum = 0
      steps = zip(histogram.middles, histogram.counts).map { middle, count in
        sum += count
        return (middle, Double(sum) / Double(histogram.total))
      }
    case .categories: return nil
    }
  }

  var range: ClosedRange<Double> { steps[0].value...steps[steps.count - 1].value }

  func share(at value: Double) -> Double { steps.last { $0.value <= value }?.share ?? 0 }

  /// The corners of the staircase, thinned where there are more than anybody sees.
  func points(over range: ClosedRange<Double>) -> [(Double, Double)] {
    let pace = max(steps.count / Self.mostPoints, 1)
    var points = [(range.lowerBound, 0.0)]
    for (index, step) in steps.enumerated() where index % pace == 0 || index == steps.count - 1 {
      points.append((step.value, points[points.count - 1].1))
      points.append((step.value, step.share))
    }
    return points + [(range.upperBound, 1)]
  }
}
