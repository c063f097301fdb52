import Drift
import Glibc

/// Round numbers along an axis: three to six of them, a step of 1, 2 or 5 times a power of ten apart.
struct AxisMarks {
  /// More decimals than this are written with an exponent.
  private static let mostDigits = 4

  let values: [Double]
  private let digits: Int

  init(_ range: ClosedRange<Double>) {
    let rough = (range.upperBound - range.lowerBound) / 5
    let power = pow(10, log10(rough).rounded(.down))
    guard rough.isFinite, power.isNormal else {
      (values, digits) = ([range.lowerBound, range.upperBound], 0)
      return
    }
    let step = ([1, 2, 5].map { $0 * power }.first { $0 >= rough * 0.999 } ?? 10 * power)
    // A little slack: a division may fall short of the whole number that it is.
    let (first, last) = (
      (range.lowerBound / step - 1e-9).rounded(.up), (range.upperBound / step + 1e-9).rounded(.down)
    )
    values = stride(from: first, through: last, by: 1).prefix(12).map { $0 * step }
    digits = max(0, Int(-log10(step * 1.001).rounded(.down)))
  }

  func label(_ value: Double) -> String {
    guard digits <= Self.mostDigits else { return Decimal.short(value) }
    return Decimal.fixed(value, digits: digits)
  }
}
