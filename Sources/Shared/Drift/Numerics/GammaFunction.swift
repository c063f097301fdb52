import Glibc

/// Logarithms of factorials and the incomplete gamma function, to a relative error of about 1e-13.
enum GammaFunction {
  private static let halfLogTwoPi = 0.918_938_533_204_672_741_78

  /// What Stirling's formula lacks: `log n! - (n + 1/2) log n + n - log(2π)/2`, for `n` above 0.
  static func stirlingError(_ n: Double) -> Double {
    guard n < 16 else {
      let square = 1 / (n * n)
      return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - square / 1188) * square) * square) * square) / n
    }
    // From above: log n! = log (n + k)! - log((n + 1) … (n + k)).
    var (shifted, product) = (n, 1.0)
    while shifted < 16 {
      shifted += 1
      product *= shifted
    }
    let logFactorial = logFactorialByStirling(shifted) - log(product)
    return logFactorial - (n + 0.5) * log(n) + n - halfLogTwoPi
  }

  private static func logFactorialByStirling(_ n: Double) -> Double {
    (n + 0.5) * log(n) - n + halfLogTwoPi + stirlingError(n)
  }

  /// The logarithm of `Γ(a)`, for `a` above 0.
  static func logGamma(_ a: Double) -> Double {
    // Γ(a) = Γ(a + 1) / a, and a! = Γ(a + 1).
    (a + 0.5) * log(a) - a + halfLogTwoPi + stirlingError(a) - log(a)
  }

  /// `Q(a, x)`: the upper incomplete gamma function over the whole one. `a` is above 0, `x` at least 0.
  static func regularizedUpper(_ a: Double, _ x: Double) -> Double {
    guard x > 0 else { return 1 }
    guard x.isFinite else { return 0 }
    return x < a + 1 ? 1 - lowerBySeries(a, x) : upperByFraction(a, x)
  }

  private static func prefactor(_ a: Double, _ x: Double) -> Double { exp(a * log(x) - x - logGamma(a)) }

  private static func lowerBySeries(_ a: Double, _ x: Double) -> Double {
    var (term, sum, divisor) = (1 / a, 1 / a, a)
    while term > sum * 1e-17 {
      divisor += 1
      term *= x / divisor
      sum += term
    }
    return min(sum * prefactor(a, x), 1)
  }

  /// Legendre's continued fraction, by Lentz's method.
  private static func upperByFraction(_ a: Double, _ x: Double) -> Double {
    var b = x + 1 - a
    var (c, d) = (1e300, 1 / b)
    var value = d
    for step in 1...1_000_000 {
      let numerator = -Double(step) * (Double(step) - a)
      b += 2
      d = 1 / (numerator * d + b)
      c = b + numerator / c
      value *= c * d
      if abs(c * d - 1) < 1e-16 { break }
    }
    return value * prefactor(a, x)
  }
}
