/// The double nearest to a whole number times a power of ten.
enum DecimalRounding {
  /// All that are words. Both tables are literals, because what is computed when first asked for is asked for each time.
  private static let powersOfFive: [UInt64] = [
    1, 5, 25, 125, 625, 3_125, 15_625, 78_125, 390_625, 1_953_125, 9_765_625, 48_828_125, 244_140_625, 1_220_703_125,
    6_103_515_625, 30_517_578_125, 152_587_890_625, 762_939_453_125, 3_814_697_265_625, 19_073_486_328_125,
    95_367_431_640_625, 476_837_158_203_125, 2_384_185_791_015_625, 11_920_928_955_078_125, 59_604_644_775_390_625,
    298_023_223_876_953_125, 1_490_116_119_384_765_625, 7_450_580_596_923_828_125,
  ]
  /// All that are exact as doubles.
  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]

  /// `digits * 10^power`, to even where two doubles are as near; nil where |power| is over 27.
  static func nearest(_ digits: UInt64, power: Int) -> Double? {
    guard digits != 0 else { return 0 }
    // One operation on two exact doubles is rounded once.
    if digits < 1 << 53, abs(power) <= 22 {
      return power < 0 ? Double(digits) / powersOfTen[-power] : Double(digits) * powersOfTen[power]
    }
    guard abs(power) < powersOfFive.count else { return nil }
    return power < 0 ? quotient(digits, powersOfFive[-power], power) : product(digits, powersOfFive[power], power)
  }

  /// `digits / five * 2^power`: 64 bits of the quotient, and whether there is a rest, decide how it is rounded.
  private static func quotient(_ digits: UInt64, _ five: UInt64, _ power: Int) -> Double {
    let (digitsShift, fiveShift) = (digits.leadingZeroBitCount, five.leadingZeroBitCount)
    let (top, bottom) = (digits << digitsShift, five << fiveShift)
    let isLess = top < bottom
    let (bits, rest) = bottom.dividingFullWidth(isLess ? (top, 0) : (top >> 1, top << 63))
    return rounded(bits, hasRest: rest != 0, exponent: power + fiveShift - digitsShift - (isLess ? 64 : 63))
  }

  /// `digits * five * 2^power`: the upper 64 bits of the product, and whether any is set below.
  private static func product(_ digits: UInt64, _ five: UInt64, _ power: Int) -> Double {
    let (high, low) = digits.multipliedFullWidth(by: five)
    guard high != 0 else { return Double(low) * Double(sign: .plus, exponent: power, significand: 1) }
    let shift = high.leadingZeroBitCount
    let bits = shift == 0 ? high : high << shift | low >> (64 - shift)
    return rounded(bits, hasRest: low << shift != 0, exponent: power + 64 - shift)
  }

  /// `bits * 2^exponent` for `bits` whose highest is set, when what is missing below them is less than one: to 53 of the 64.
  private static func rounded(_ bits: UInt64, hasRest: Bool, exponent: Int) -> Double {
    var significand = bits >> 11
    let tail = bits & 0x7ff
    if tail > 0x400 || (tail == 0x400 && (hasRest || significand & 1 == 1)) { significand += 1 }
    // The implicit bit counts one in the exponent, and so does a significand that was rounded up to 2^53.
    return Double(bitPattern: UInt64(exponent + 11 + 1074) << 52 + significand)
  }
}
