/// The two-sample statistic when both samples are of one distribution: its exact probability.
enum ExactSmirnov {
  /// Sizes of the larger sample up to which the exact probability is taken by itself, as scipy's `ks_2samp` takes it.
  static let largestSize = 10_000

  /// `P(D >= statistic)` for samples of `first` and `second` values without ties.
  static func survival(_ statistic: Double, _ first: Int, _ second: Int) -> Double {
    let divisor = greatestCommonDivisor(first, second)
    // The statistic is a whole multiple of one over the least common multiple.
    let steps = Int((statistic * Double(first / divisor) * Double(second)).rounded())
    guard steps > 0 else { return 1 }
    let probability =
      first == second ? ofEqualSizes(first, steps) : byPaths(first, second, boundary: steps * divisor)
    return min(max(probability, 0), 1)
  }

  /// By reflection (Gnedenko and Korolyuk 1951): an alternating sum of binomials, nested so that nothing overflows or cancels.
  private static func ofEqualSizes(_ n: Int, _ steps: Int) -> Double {
    var sum = 0.0
    for reflection in stride(from: n / steps, through: 0, by: -1) {
      let (left, right) = (n - reflection * steps, n + reflection * steps)
      var ratio = 1.0
      for step in 0..<steps { ratio *= Double(left - step) / Double(right + step + 1) }
      sum = ratio * (1 - sum)
    }
    return 2 * sum
  }

  /// Walks the lattice of both samples merged. Each cell holds which part of the paths that reach it have touched the boundary: a mean
  /// of its two neighbours', weighted by how many paths come from each. All terms are positive.
  private static func byPaths(_ first: Int, _ second: Int, boundary: Int) -> Double {
    // The shorter side inside, so that a row stays short.
    let (long, short) = (max(first, second), min(first, second))
    var touched = [Double](repeating: 0, count: short + 1)
    for x in 0...long {
      for y in 0...short {
        if abs(x * short - y * long) >= boundary {
          touched[y] = 1
        } else if x > 0 || y > 0 {
          let fromLeft = x > 0 ? Double(x) * touched[y] : 0
          let fromBelow = y > 0 ? Double(y) * touched[y - 1] : 0
          touched[y] = (fromLeft + fromBelow) / Double(x + y)
        }
      }
    }
    return touched[short]
  }

  private static func greatestCommonDivisor(_ first: Int, _ second: Int) -> Int {
    var (larger, smaller) = (first, second)
    while smaller > 0 { (larger, smaller) = (smaller, larger % smaller) }
    return larger
  }
}
