import Glibc

/// The chi-square test of two rows of counts over the same categories being of one distribution: scipy's `chi2_contingency` of the
/// table, `correction=False`.
package struct ChiSquare: Sendable, Equatable {
  /// Categories of which either row is expected to have fewer are counted as one, because the test is no good for them.
  package static let leastExpected = 5.0

  package let statistic: Double
  package let degreesOfFreedom: Int
  package let p: Double
  /// Cramér's V, 0 to 1: how strongly the row decides the category.
  package let effect: Double

  /// Takes two rows of the same length, neither of them all zero. Columns of zeroes are left out.
  package init(_ first: [Int], _ second: [Int]) {
    let columns = zip(first, second).filter { $0 + $1 > 0 }
    let totals = (Double(first.reduce(0, +)), Double(second.reduce(0, +)))
    let all = totals.0 + totals.1
    var sum = 0.0
    for (left, right) in columns {
      let column = Double(left + right)
      for (observed, total) in [(Double(left), totals.0), (Double(right), totals.1)] {
        let expected = column * total / all
        sum += (observed - expected) * (observed - expected) / expected
      }
    }
    statistic = sum
    degreesOfFreedom = max(columns.count - 1, 0)
    p = degreesOfFreedom == 0 ? 1 : GammaFunction.regularizedUpper(Double(degreesOfFreedom) / 2, sum / 2)
    effect = min((sum / all).squareRoot(), 1)
  }

  /// The same rows with the rare categories as one, at the end.
  package static func pooled(_ first: [Int], _ second: [Int]) -> ([Int], [Int]) {
    let totals = (Double(first.reduce(0, +)), Double(second.reduce(0, +)))
    let share = min(totals.0, totals.1) / (totals.0 + totals.1)
    var (kept, rare): (([Int], [Int]), (Int, Int)) = (([], []), (0, 0))
    for (left, right) in zip(first, second) {
      if Double(left + right) * share < leastExpected {
        rare = (rare.0 + left, rare.1 + right)
      } else {
        kept.0.append(left)
        kept.1.append(right)
      }
    }
    return rare == (0, 0) ? kept : (kept.0 + [rare.0], kept.1 + [rare.1])
  }
}
