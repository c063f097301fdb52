import Glibc

/// Numbers as people read them.
package enum Decimal {
  /// Rounded to so many digits after the point.
  package static func fixed(_ value: Double, digits: Int) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
    let scale = pow(10, Double(digits))
    let scaled = Int((abs(value) * scale).rounded(.toNearestOrEven))
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(scaled)" }
    let unit = Int(scale)
    let fraction = String(scaled % unit)
    return "\(sign)\(scaled / unit).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
  }

  package static func percent(_ value: Double, digits: Int) -> String { fixed(value * 100, digits: digits) + "%" }

  /// A probability or a statistic in a table.
  package static func short(_ value: Double) -> String {
    guard value != 0, abs(value) < 1e-4 else { return fixed(value, digits: 4) }
    let exponent = Int(log10(abs(value)).rounded(.down))
    return "\(fixed(value / pow(10, Double(exponent)), digits: 1))e\(exponent)"
  }
}
