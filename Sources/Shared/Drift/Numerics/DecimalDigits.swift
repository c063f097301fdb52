/// The decimal number that a text begins with: its digits as one whole number, and the power of ten that this is multiplied by.
struct DecimalDigits {
  private(set) var isNegative = false
  private(set) var digits: UInt64 = 0
  private(set) var power = 0
  /// Where it ends in the text.
  private(set) var end: Int

  /// Nil where no number begins at `start`, and for one of more than 19 digits or with more than four in its exponent.
  init?(_ text: Span<UInt8>, from start: Int) {
    end = start
    isNegative = skip(UInt8(ascii: "-"), in: text)
    if !isNegative { _ = skip(UInt8(ascii: "+"), in: text) }
    let first = end
    takeDigits(text)
    var count = end - first
    if skip(UInt8(ascii: "."), in: text) {
      let point = end
      takeDigits(text)
      power = point - end
      count -= power
    }
    guard count > 0, count <= 19 || count - Self.leadingZeroes(text, first) <= 19 else { return nil }
    guard end < text.count, text[end] | 0x20 == UInt8(ascii: "e") else { return }
    end += 1
    guard let exponent = exponent(text) else { return nil }
    power += exponent
  }

  private mutating func skip(_ byte: UInt8, in text: Span<UInt8>) -> Bool {
    guard end < text.count, text[end] == byte else { return false }
    end += 1
    return true
  }

  /// Wraps around after more digits than a word holds; who counts them notices.
  private mutating func takeDigits(_ text: Span<UInt8>) {
    while end &+ 8 <= text.count, let eight = Self.eightDigits(text, at: end) {
      digits = digits &* 100_000_000 &+ eight
      end &+= 8
    }
    while end < text.count, text[end] &- 0x30 < 10 {
      digits = digits &* 10 &+ UInt64(text[end] &- 0x30)
      end &+= 1
    }
  }

  /// Eight digits as one number, by words: pairs of digits, pairs of those, and both fours. Nil where any is no digit.
  private static func eightDigits(_ text: Span<UInt8>, at index: Int) -> UInt64? {
    let word = UInt64(littleEndian: unsafe text.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
    let (high, low): (UInt64, UInt64) = (0xf0f0_f0f0_f0f0_f0f0, 0x3030_3030_3030_3030)
    // A digit stays in the thirties when six is added to it.
    guard word & high == low, (word &+ 0x0606_0606_0606_0606) & high == low else { return nil }
    let digits = word &- low
    let pairs = digits &* 10 &+ digits >> 8
    let (outer, inner) = (pairs & 0x0000_00ff_0000_00ff, pairs >> 16 & 0x0000_00ff_0000_00ff)
    return (outer &* (100 &+ 1_000_000 << 32) &+ inner &* (1 &+ 10_000 << 32)) >> 32
  }

  private static func leadingZeroes(_ text: Span<UInt8>, _ first: Int) -> Int {
    var (index, count) = (first, 0)
    while index < text.count, text[index] == UInt8(ascii: "0") || text[index] == UInt8(ascii: ".") {
      if text[index] == UInt8(ascii: "0") { count += 1 }
      index += 1
    }
    return count
  }

  /// One to four digits and their sign.
  private mutating func exponent(_ text: Span<UInt8>) -> Int? {
    let isNegative = skip(UInt8(ascii: "-"), in: text)
    if !isNegative { _ = skip(UInt8(ascii: "+"), in: text) }
    let first = end
    var exponent = 0
    while end < text.count, end < first + 4, text[end] &- 0x30 < 10 {
      exponent = exponent * 10 + Int(text[end] &- 0x30)
      end += 1
    }
    guard end > first, end == text.count || text[end] &- 0x30 >= 10 else { return nil }
    return isNegative ? -exponent : exponent
  }
}
