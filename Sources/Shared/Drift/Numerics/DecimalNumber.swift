/// Decimal numbers from their text, correctly rounded, and fast for those that programs write: up to 19 digits near 1.
package enum DecimalNumber {
  /// Powers of ten that are exact as doubles.
  private static let exactPowers: [Double] = (0..<22).reduce(into: [1]) { powers, _ in
    powers.append((powers.last ?? 1) * 10)
  }
  private static let wholePowers: [UInt64] = (0..<19).reduce(into: [1]) { powers, _ in
    powers.append((powers.last ?? 1) * 10)
  }

  /// Nil for what is no number. `nan`, `inf` and `infinity`, in either case and with a sign, are numbers that are not finite.
  package static func parse(_ text: ArraySlice<UInt8>) -> Double? {
    guard let parts = Parts(text) else { return slowly(text) }
    let magnitude = magnitude(parts)
    return magnitude.map { parts.isNegative ? -$0 : $0 } ?? slowly(text)
  }

  private static func magnitude(_ parts: Parts) -> Double? {
    let (digits, power) = (parts.digits, parts.exponent)
    guard digits != 0 else { return 0 }
    if digits < 1 << 53, abs(power) <= 22 {
      return power < 0 ? Double(digits) / exactPowers[-power] : Double(digits) * exactPowers[power]
    }
    guard (-19 ... -1).contains(power) else { return nil }
    return quotient(digits, wholePowers[-power])
  }

  /// `numerator / divisor`, rounded to the nearest double, to even where two are as near: 64 bits of the quotient, and whether there is
  /// a rest, decide that.
  private static func quotient(_ numerator: UInt64, _ divisor: UInt64) -> Double {
    let (numeratorShift, divisorShift) = (numerator.leadingZeroBitCount, divisor.leadingZeroBitCount)
    let (top, bottom) = (numerator << numeratorShift, divisor << divisorShift)
    let isSmaller = top < bottom
    let full = isSmaller ? (top, UInt64(0)) : (top >> 1, top << 63)
    let (bits, rest) = bottom.dividingFullWidth(full)
    var significand = bits >> 11
    let tail = bits & 0x7ff
    if tail > 0x400 || (tail == 0x400 && (rest != 0 || significand & 1 == 1)) { significand += 1 }
    let exponent = 11 - (isSmaller ? 64 : 63) + divisorShift - numeratorShift
    return Double(sign: .plus, exponent: exponent, significand: Double(significand))
  }

  /// What is rare: many digits, great exponents, words.
  private static func slowly(_ text: ArraySlice<UInt8>) -> Double? {
    let word = String(decoding: text, as: UTF8.self)
    let isPlain = text.allSatisfy { (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }
    let words = ["nan", "inf", "infinity"].flatMap { [$0, "+\($0)", "-\($0)"] }
    guard isPlain || words.contains(word.lowercased()) else { return nil }
    return Double(word)
  }

  /// Digits as one number, and the power of ten that it is to be multiplied by.
  private struct Parts {
    var isNegative = false
    var digits: UInt64 = 0
    var exponent = 0

    /// Nil for more than 19 digits and for what is no plain number.
    init?(_ text: ArraySlice<UInt8>) {
      var index = text.startIndex
      if index < text.endIndex, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
        isNegative = text[index] == UInt8(ascii: "-")
        index += 1
      }
      let first = index
      var point: Int?
      while index < text.endIndex {
        let byte = text[index]
        if (0x30...0x39).contains(byte) {
          digits = digits &* 10 &+ UInt64(byte &- 0x30)
        } else if byte == UInt8(ascii: "."), point == nil {
          point = index
        } else {
          break
        }
        index += 1
      }
      let count = index - first - (point == nil ? 0 : 1)
      // Leading zeroes count too: nobody writes nineteen of them.
      guard (1...19).contains(count) else { return nil }
      exponent = point.map { $0 + 1 - index } ?? 0
      guard index < text.endIndex else { return }
      guard text[index] | 0x20 == UInt8(ascii: "e"), let written = Self.exponent(text[(index + 1)...]) else {
        return nil
      }
      exponent += written
    }

    private static func exponent(_ text: ArraySlice<UInt8>) -> Int? {
      guard (1...5).contains(text.count) else { return nil }
      return Int(String(decoding: text, as: UTF8.self))
    }
  }
}
