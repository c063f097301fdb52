/// Decimal numbers from their text, correctly rounded, and fast for those that programs write.
package enum DecimalNumber {
  /// Nil for what is no number. `nan`, `inf` and `infinity`, in either case and with a sign, are numbers that are not finite.
  package static func parse(_ text: Span<UInt8>) -> Double? {
    if let number = DecimalDigits(text, from: 0), number.end == text.count, let value = value(of: number) {
      return value
    }
    return slowly(text)
  }

  /// Nil for an exponent too great to be exact in words.
  static func value(of number: DecimalDigits) -> Double? {
    guard let magnitude = DecimalRounding.nearest(number.digits, power: number.power) else { return nil }
    return number.isNegative ? -magnitude : magnitude
  }

  /// What is rare: many digits, great exponents, words.
  private static func slowly(_ text: Span<UInt8>) -> Double? {
    let bytes = text.indices.map { text[$0] }
    let word = String(decoding: bytes, as: UTF8.self)
    let isPlain = bytes.allSatisfy { (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }
    let words = ["nan", "inf", "infinity"].flatMap { [$0, "+\($0)", "-\($0)"] }
    guard isPlain || words.contains(word.lowercased()) else { return nil }
    return Double(word)
  }
}
