import Glibc

/// The two-sided statistic of Kolmogorov, `D` of `n` values against a continuous distribution.
enum KolmogorovDistribution {
  /// `P(D >= x)`. Where to take which way follows Simard and L'Ecuyer, "Computing the two-sided Kolmogorov-Smirnov distribution"
  /// (2011); the answer is exact but for n over 140 and small `x`, where an expansion is good to about 1e-5 of what it approximates.
  static func survival(_ x: Double, _ n: Int) -> Double {
    let t = Double(n) * x
    if x >= 1 { return 0 }
    if t <= 0.5 { return 1 }
    if t <= 1 { return 1 - nearestToUniform(t, n) }
    if t >= Double(n) - 1 { return min(2 * pow(1 - x, Double(n)), 1) }
    if x >= 0.5 { return min(2 * SmirnovDistribution.survival(x, n), 1) }
    return n <= 140 ? exact(x, n) : ofMany(x, n)
  }

  private static func exact(_ x: Double, _ n: Int) -> Double {
    let scaled = Double(n) * x * x
    if scaled <= 0.754_693 { return clipped(1 - DurbinMatrix.cumulative(x, n)) }
    if scaled <= 4 { return clipped(1 - PomeranzRecursion.cumulative(x, n)) }
    return clipped(2 * SmirnovDistribution.survival(x, n))
  }

  private static func ofMany(_ x: Double, _ n: Int) -> Double {
    let scaled = Double(n) * x * x
    if scaled >= 370 { return 0 }
    if scaled >= 2.2 { return clipped(2 * SmirnovDistribution.survival(x, n)) }
    if n <= 100_000, Double(n) * pow(x, 1.5) <= 1.4 { return clipped(1 - DurbinMatrix.cumulative(x, n)) }
    return clipped(1 - PelzGoodExpansion.cumulative(x, n))
  }

  /// `n! (2x - 1/n)^n`: for `x` from 1/2n to 1/n each value has its own interval.
  private static func nearestToUniform(_ t: Double, _ n: Int) -> Double {
    var logarithm = Double(n) * log(2 * t - 1)
    for k in 1...n { logarithm += log(Double(k) / Double(n)) }
    return exp(logarithm)
  }

  private static func clipped(_ probability: Double) -> Double { min(max(probability, 0), 1) }
}
