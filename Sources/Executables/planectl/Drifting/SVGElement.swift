import Drift
import Wire

/// An element of a drawing. Text from others is escaped here, so that nobody forgets to.
struct SVGElement {
  let name: String
  let attributes: [(String, String)]
  var children: [SVGElement] = []
  var content = ""

  init(_ name: String, _ attributes: [(String, String)] = [], _ children: [SVGElement] = []) {
    (self.name, self.attributes, self.children) = (name, attributes, children)
  }

  static func text(_ words: String, x: Double, y: Double, style: String, anchor: String = "start") -> SVGElement {
    var element = SVGElement("text", [("x", number(x)), ("y", number(y)), ("class", style), ("text-anchor", anchor)])
    element.content = words
    return element
  }

  static func line(_ from: (Double, Double), _ to: (Double, Double), style: String) -> SVGElement {
    let points = [("x1", from.0), ("y1", from.1), ("x2", to.0), ("y2", to.1)]
    return SVGElement("line", points.map { ($0.0, number($0.1)) } + [("class", style)])
  }

  static func polyline(_ points: [(Double, Double)], style: String) -> SVGElement {
    let text = points.map { "\(number($0.0)),\(number($0.1))" }.joined(separator: " ")
    return SVGElement("polyline", [("points", text), ("class", style)])
  }

  static func rectangle(x: Double, y: Double, width: Double, height: Double, style: String) -> SVGElement {
    let sides = [("x", x), ("y", y), ("width", width), ("height", height)]
    return SVGElement("rect", sides.map { ($0.0, number($0.1)) } + [("class", style)])
  }

  static func circle(_ center: (Double, Double), radius: Double, style: String) -> SVGElement {
    let parts = [("cx", center.0), ("cy", center.1), ("r", radius)]
    return SVGElement("circle", parts.map { ($0.0, number($0.1)) } + [("class", style)])
  }

  var markup: String {
    let opening = name + attributes.map { " \($0.0)=\"\(Self.escaped($0.1))\"" }.joined()
    guard !children.isEmpty || !content.isEmpty else { return "<\(opening)/>" }
    let inner =
      Self.escaped(shown(content))
      + (children.isEmpty ? "" : "\n" + children.map(\.markup).joined(separator: "\n") + "\n")
    return "<\(opening)>\(inner)</\(name)>"
  }

  static func number(_ value: Double) -> String { Decimal.fixed(value, digits: 2) }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
  }
}
