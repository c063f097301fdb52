import Foundation
import Wire

/// One number that a section found, and the bar that it must clear where it has one.
struct Figure {
  enum Bar {
    case atMost(Double)
    case atLeast(Double)
  }

  let name: String
  let value: Double
  let unit: String
  var bar: Bar?

  init(_ name: String, _ value: Double, _ unit: String = "", _ bar: Bar? = nil) {
    (self.name, self.value, self.unit, self.bar) = (name, value, unit, bar)
  }

  /// True without a bar. What could not be measured clears none.
  var isMet: Bool {
    switch bar {
    case .atMost(let limit): value <= limit
    case .atLeast(let limit): value >= limit
    case nil: true
    }
  }

  var line: String {
    let mark = bar == nil ? "" : isMet ? "ok" : "MISSED"
    let shown = Self.text(value) + (unit.isEmpty ? "" : " \(unit)")
    return [Self.padded(mark, 7), Self.padded(name, 66), Self.padded(shown, 16), limit].joined(separator: " ")
  }

  var json: JSONValue {
    var object: JSONObject = ["name": .string(name), "value": .init(value), "unit": .string(unit)]
    if bar != nil {
      object.append("bar", .string(limit))
      object.append("met", .bool(isMet))
    }
    return .object(object)
  }

  private var limit: String {
    switch bar {
    case .atMost(let limit): "at most \(Self.text(limit))"
    case .atLeast(let limit): "at least \(Self.text(limit))"
    case nil: ""
    }
  }

  private static func text(_ value: Double) -> String { String(format: abs(value) < 100 ? "%.2f" : "%.0f", value) }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}

extension JSONValue {
  /// Null for what is no finite number.
  init(_ value: Double) { self = JSONNumber(value).map { .number($0) } ?? .null }
  init(_ values: [Double]) { self = .array(values.map { JSONValue($0) }) }
}
