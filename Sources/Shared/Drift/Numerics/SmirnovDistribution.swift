import Glibc

/// The one-sided statistic of Smirnov, `D+` of `n` values against a continuous distribution.
enum SmirnovDistribution {
  private static let twoPi = 2 * Double.pi
  /// Beyond, the sum would take long, and the limit with its first correction (Maag and Dicaire 1971) is right to within `1/n`.
  private static let mostTerms = 1_000_000

  /// `P(D+ >= x)`, for `x` from 0 to 1, by the sum of Dwass and Birnbaum-Tingey. Every term is a binomial probability, taken near its
  /// mode by Loader's saddle point, so that nothing cancels however large `n` is.
  static func survival(_ x: Double, _ n: Int) -> Double {
    let (count, t) = (Double(n), Double(n) * x)
    guard n <= mostTerms else { return exp(-(6 * t + 1) * (6 * t + 1) / (18 * count)) }
    let errorOfAll = GammaFunction.stirlingError(count)
    var sum = exp(count * log1p(-x))
    guard n > 1, x < 1 else { return sum }
    for v in stride(from: 1, through: min(Int(count - t), n - 1), by: 1) {
      let (below, above) = (Double(v), count - Double(v))
      guard above > t else { break }
      let exponent = -below * logExcess(t / below) - above * logExcess(-t / above)
      guard exponent > -745 else { continue }
      let correction = errorOfAll - GammaFunction.stirlingError(below) - GammaFunction.stirlingError(above)
      let binomial = exp(exponent + correction) * sqrt(count / (twoPi * below * above))
      sum += binomial * t / (t + below)
    }
    return min(sum, 1)
  }

  /// `u - log(1 + u)`, which is small where `u` is, without cancellation.
  private static func logExcess(_ u: Double) -> Double {
    guard abs(u) < 0.1 else { return u - log1p(u) }
    let s = u / (2 + u)
    let square = s * s
    let tail = 1.0 / 3 + square * (1.0 / 5 + square * (1.0 / 7 + square * (1.0 / 9 + square / 11)))
    return u * s - 2 * s * square * tail
  }
}
