import Glibc

/// Distances between two rows of counts over the same bins. They are reported, and decide nothing.
package enum Divergences {
  /// The population stability index, `Σ (q - p) log(q / p)`. Where a bin of either row is empty, half a count is added to every bin of
  /// both, because the logarithm of nothing says nothing.
  package static func populationStability(_ first: [Int], _ second: [Int]) -> Double {
    let isSparse = first.contains(0) || second.contains(0)
    let (p, q) = (shares(first, adding: isSparse ? 0.5 : 0), shares(second, adding: isSparse ? 0.5 : 0))
    return populationStability(p, q)
  }

  package static func populationStability(_ p: [Double], _ q: [Double]) -> Double {
    zip(p, q).reduce(0) { $0 + ($1.1 - $1.0) * log($1.1 / $1.0) }
  }

  /// The Jensen-Shannon distance in base 2, 0 to 1: the root of the divergence, as scipy's `jensenshannon` gives it.
  package static func jensenShannon(_ first: [Int], _ second: [Int]) -> Double {
    jensenShannon(shares(first, adding: 0), shares(second, adding: 0))
  }

  package static func jensenShannon(_ p: [Double], _ q: [Double]) -> Double {
    var sum = 0.0
    for (left, right) in zip(p, q) {
      let mean = (left + right) / 2
      if left > 0 { sum += left * log(left / mean) }
      if right > 0 { sum += right * log(right / mean) }
    }
    return min((max(sum, 0) / 2 / M_LN2).squareRoot(), 1)
  }

  private static func shares(_ counts: [Int], adding smoothing: Double) -> [Double] {
    let total = Double(counts.reduce(0, +)) + smoothing * Double(counts.count)
    return counts.map { (Double($0) + smoothing) / total }
  }
}
