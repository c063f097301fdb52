import Signing
import Wire

/// The canonical JSON of the NANDA packages (UPSTREAM.md section 0, "C1"): keys by code point, no spaces, ASCII with lowercase
/// `\uXXXX`, floats as Python's `repr` prints them. Not RFC 8785; emitted for compatibility and trusted for nothing.
package enum NandaCanonicalJSON {
  package static func encode(_ value: JSONValue) -> [UInt8] {
    switch value {
    case .null: Array("null".utf8)
    case .bool(let flag): Array((flag ? "true" : "false").utf8)
    case .number(let number): Array(numberText(number).utf8)
    case .string(let text): string(text)
    case .array(let items): list(items.map(encode), "[", "]")
    case .object(let object): list(object.sortedByKey().map { string($0.key) + [0x3A] + encode($0.value) }, "{", "}")
    }
  }

  private static func list(_ items: [[UInt8]], _ open: Character, _ close: Character) -> [UInt8] {
    Array(String(open).utf8) + Array(items.joined(separator: [0x2C])) + Array(String(close).utf8)
  }

  private static func string(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = [UInt8(ascii: "\"")]
    for unit in text.utf16 {
      switch unit {
      case 0x22, 0x5C: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(unit)])
      case 0..<0x20: bytes.append(contentsOf: JSONEscape.control(UInt8(unit)))
      case 0x20..<0x7F: bytes.append(UInt8(unit))
      default: bytes.append(contentsOf: "\\u\(Hex.encode([UInt8(unit >> 8), UInt8(unit & 255)]))".utf8)
      }
    }
    bytes.append(UInt8(ascii: "\""))
    return bytes
  }

  /// Integers keep their digits; doubles become the shortest text that reads back, in Python's choice of notation.
  private static func numberText(_ number: JSONNumber) -> String {
    if !number.literal.utf8.contains(where: { $0 == 0x2E || $0 | 0x20 == 0x65 }) {
      return number.literal == "-0" ? "0" : number.literal
    }
    return pythonRepresentation(number.double)
  }

  private static func pythonRepresentation(_ value: Double) -> String {
    let magnitude = value.magnitude
    // Both languages print the same shortest digits. Python turns to exponents from 1e16 up and below 1e-4, Swift from 2^53 up;
    // the doubles in between are whole numbers.
    if magnitude >= 0x1p53, magnitude < 1e16 { return "\(Int64(value)).0" }
    guard magnitude != 0, magnitude >= 1e16 || magnitude < 1e-4 else { return "\(value)" }
    let (digits, exponent) = scientific("\(magnitude)")
    let mantissa = digits.count == 1 ? digits : "\(digits.prefix(1)).\(digits.dropFirst())"
    let sign = value < 0 ? "-" : ""
    let width = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
    return "\(sign)\(mantissa)e\(exponent < 0 ? "-" : "+")\(width)"
  }

  /// Significant digits without zeros around them, and the power of ten of the first.
  private static func scientific(_ text: String) -> (digits: String, exponent: Int) {
    let parts = text.split(separator: "e")
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let fraction = mantissa.count > 1 ? mantissa[1] : ""
    let whole = mantissa[0]
    var digits = Substring(String(whole) + String(fraction))
    var exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) + whole.count - 1
    while digits.first == "0", digits.count > 1 {
      digits = digits.dropFirst()
      exponent -= 1
    }
    while digits.last == "0", digits.count > 1 { digits = digits.dropLast() }
    return (String(digits), exponent)
  }
}
