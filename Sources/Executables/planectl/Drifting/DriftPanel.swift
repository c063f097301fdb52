import Drift

/// One box of a drawing: a title, axes, and a place for what is drawn inside.
struct DriftPanel {
  static let size = (width: 720.0, height: 250.0)
  private static let margin = (left: 64.0, right: 24.0, top: 40.0, bottom: 44.0)

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

  /// The frame with its title; the axes have five marks each, or none across.
  func frame(labelsAcross: Bool) -> [SVGElement] {
    var elements = [
      SVGElement.text(title, x: left, y: top + 18, style: "title"),
      SVGElement.text(note, x: left, y: top + 33, style: "note"),
    ]
    for mark in 0...4 {
      let value = vertical.lowerBound + (vertical.upperBound - vertical.lowerBound) * Double(mark) / 4
      elements.append(.line((left, y(value)), (right, y(value)), style: "grid"))
      elements.append(.text(Self.label(value), x: left - 6, y: y(value) + 4, style: "label", anchor: "end"))
    }
    guard labelsAcross else { return elements }
    for mark in 0...4 {
      let value = horizontal.lowerBound + (horizontal.upperBound - horizontal.lowerBound) * Double(mark) / 4
      elements.append(.text(Self.label(value), x: x(value), y: floor + 16, style: "label", anchor: "middle"))
    }
    return elements
  }

  /// Names of the colours, below the right edge.
  func legend(_ names: [(String, style: String)]) -> [SVGElement] {
    names.enumerated().flatMap { index, item in
      let start = left + Double(index) * 200
      return [
        SVGElement.line((start, floor + 32), (start + 24, floor + 32), style: item.style),
        SVGElement.text(item.0, x: start + 30, y: floor + 36, style: "label"),
      ]
    }
  }

  private static func label(_ value: Double) -> String {
    abs(value) >= 1000 || value == value.rounded() ? Decimal.fixed(value, digits: 0) : Decimal.fixed(value, digits: 2)
  }
}
