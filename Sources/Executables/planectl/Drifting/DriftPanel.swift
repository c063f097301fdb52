import Drift

/// One box of a drawing: a title, axes, and a place for what is drawn inside.
struct DriftPanel {
  static let size = (width: 720.0, height: 272.0)
  private static let margin = (left: 64.0, right: 24.0, top: 44.0, bottom: 62.0)

  let title: String
  let note: String
  let top: Double
  /// What is at the left and the right edge, and at the bottom and the top.
  let horizontal: ClosedRange<Double>
  let vertical: ClosedRange<Double>

  init(_ title: String, note: String, top: Double, horizontal: ClosedRange<Double>, vertical: ClosedRange<Double>) {
    (self.title, self.note, self.top) = (title, note, top)
    self.horizontal = Self.widened(horizontal)
    self.vertical = Self.widened(vertical)
  }

  private static func widened(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
    range.lowerBound < range.upperBound ? range : (range.lowerBound - 0.5)...(range.upperBound + 0.5)
  }

  var left: Double { Self.margin.left }
  var right: Double { Self.size.width - Self.margin.right }
  var ceiling: Double { top + Self.margin.top }
  var floor: Double { top + Self.size.height - Self.margin.bottom }

  func x(_ value: Double) -> Double { left + Self.share(value, horizontal) * (right - left) }
  func y(_ value: Double) -> Double { floor - Self.share(value, vertical) * (floor - ceiling) }

  private static func share(_ value: Double, _ range: ClosedRange<Double>) -> Double {
    (min(max(value, range.lowerBound), range.upperBound) - range.lowerBound) / (range.upperBound - range.lowerBound)
  }

  /// The frame with its title, and round numbers up its left side.
  ///
  /// - Parameter measure: what the numbers mean.
  func frame(_ measure: String) -> [SVGElement] {
    let marks = AxisMarks(vertical)
    return [
      SVGElement.text(title, x: left, y: top + 18, style: "title"),
      SVGElement.text(note, x: left, y: top + 33, style: "note"),
      SVGElement.text(measure, x: right, y: top + 18, style: "note", anchor: "end"),
    ]
      + marks.values.flatMap { value in
        [
          SVGElement.line((left, y(value)), (right, y(value)), style: "grid"),
          .text(marks.label(value), x: left - 6, y: y(value) + 4, style: "label", anchor: "end"),
        ]
      }
  }

  /// Round numbers along the bottom.
  var numbersAcross: [SVGElement] {
    let marks = AxisMarks(horizontal)
    return marks.values.map {
      .text(marks.label($0), x: x($0), y: floor + 16, style: "label", anchor: "middle")
    }
  }

  /// What stands at the two ends of the bottom.
  func endsAcross(_ first: String, _ last: String) -> [SVGElement] {
    [
      .text(first, x: left, y: floor + 16, style: "label"),
      .text(last, x: right, y: floor + 16, style: "label", anchor: "end"),
    ]
  }

  /// What the marks mean, below the axis.
  func legend(_ entries: [LegendEntry]) -> [SVGElement] {
    entries.enumerated().flatMap { index, entry in
      let start = left + Double(index) * 160
      let mark: SVGElement =
        switch entry.mark {
        case .line: .line((start, floor + 34), (start + 24, floor + 34), style: entry.style)
        case .dot: .circle((start + 12, floor + 34), radius: 4, style: entry.style)
        }
      return [mark, .text(entry.words, x: start + 30, y: floor + 38, style: "label")]
    }
  }
}

/// One thing that is drawn, and its name.
struct LegendEntry {
  enum Mark { case line, dot }

  let words: String
  let style: String
  var mark = Mark.line

  static let baseline = LegendEntry(words: "baseline", style: "base")
  static let window = LegendEntry(words: "this window", style: "seen")
  static let gap = LegendEntry(words: "greatest difference (KS)", style: "gap")
}
