import Glibc

/// Pomeranz's recursion for `P(D < x)` (1974), in the form of Simard and L'Ecuyer: exact, for `n` up to a few hundred.
///
/// The points where one of the two boundaries of the empirical distribution crosses a whole number are walked through in order. A row
/// holds, for each count of values seen so far, its probability up to a common factor; from point to point it is convolved with the
/// Poisson probabilities of the values in between.
struct PomeranzRecursion {
  /// A crossing point, `whole + part`, where part is 0, the fraction of `nx`, or 1 less that fraction.
  private struct Crossing {
    enum Part { case zero, fraction, complement }
    let whole: Int
    let part: Part
  }

  private let n: Int
  private let whole: Int
  private let fraction: Double

  private init(_ x: Double, _ n: Int) {
    let t = Double(n) * x
    self.n = n
    whole = Int(t)
    fraction = t - t.rounded(.down)
  }

  static func cumulative(_ x: Double, _ n: Int) -> Double { PomeranzRecursion(x, n).cumulative }

  private var cumulative: Double {
    var row = [Double](repeating: 0, count: n + 1)
    row[0] = 1
    var (crossing, exponent) = (crossings[0], 0)
    for next in crossings.dropFirst() {
      row = convolved(
        row, over: counts(at: crossing), to: counts(at: next), width: value(of: next) - value(of: crossing))
      guard let largest = row.max(), largest > 0 else { return 0 }
      if largest < 0x1p-500 {
        row = row.map { $0 * 0x1p500 }
        exponent -= 500
      }
      crossing = next
    }
    return timesFactorial(row[n], exponent)
  }

  /// 0, then two crossings for each step of one, then `n`.
  private var crossings: [Crossing] {
    guard fraction > 0 else {
      return [Crossing(whole: 0, part: .zero)] + (0...n).map { Crossing(whole: $0, part: .zero) }
    }
    let parts: [Crossing.Part] = fraction <= 0.5 ? [.fraction, .complement] : [.complement, .fraction]
    let inner = (0..<n).flatMap { whole in parts.map { Crossing(whole: whole, part: $0) } }
    return [Crossing(whole: 0, part: .zero)] + inner + [Crossing(whole: n, part: .zero)]
  }

  private func value(of crossing: Crossing) -> Double {
    switch crossing.part {
    case .zero: Double(crossing.whole)
    case .fraction: Double(crossing.whole) + fraction
    case .complement: Double(crossing.whole) + (1 - fraction)
    }
  }

  /// How many values may have been seen there: more than the crossing less `nx`, fewer than the crossing and `nx`.
  private func counts(at crossing: Crossing) -> ClosedRange<Int> {
    let (down, up): (Int, Int) =
      switch crossing.part {
      case .zero: fraction > 0 ? (-1, 1) : (0, 0)
      case .fraction: (0, fraction > 0.5 ? 2 : 1)
      case .complement: (fraction > 0.5 ? -1 : 0, 1)
      }
    let lowest = max(crossing.whole - whole + down + 1, 0)
    return lowest...max(min(crossing.whole + whole + up - 1, n), lowest)
  }

  private func convolved(
    _ row: [Double], over old: ClosedRange<Int>, to new: ClosedRange<Int>, width: Double
  ) -> [Double] {
    var weights = [1.0]
    for count in 1...(n + 1) { weights.append(weights[count - 1] * width / Double(n) / Double(count)) }
    var result = [Double](repeating: 0, count: n + 1)
    for count in new where count >= old.lowerBound && count <= n {
      for before in old.lowerBound...min(count, old.upperBound) where before <= n {
        result[count] += row[before] * weights[count - before]
      }
    }
    return result
  }

  private func timesFactorial(_ value: Double, _ exponent: Int) -> Double {
    var (value, exponent) = (value, exponent)
    for factor in 1...n {
      value *= Double(factor)
      guard value > 0x1p500 else { continue }
      value *= 0x1p-500
      exponent += 500
    }
    return scalbn(value, exponent)
  }
}
