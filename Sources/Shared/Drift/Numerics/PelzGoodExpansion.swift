import Glibc

/// The expansion of Pelz and Good (1976) for `P(D < x)`: Kolmogorov's limit and three terms in powers of `1/sqrt(n)`, each turned by
/// Jacobi's identity into a series that converges for small `x sqrt(n)`.
enum PelzGoodExpansion {
  static func cumulative(_ x: Double, _ n: Int) -> Double {
    let root = Double(n).squareRoot()
    let z = x * root
    guard z > 0.042 else { return 0 }
    let (odd, even) = (oddSums(z), evenSums(z))
    let factor = (Double.pi / 2).squareRoot() * 2
    let pi2 = Double.pi * Double.pi
    let k0 = factor * odd.0 / z
    let k1 = factor * odd.1 / (6 * pow(z, 4))
    let k2 = factor * (odd.2 / (72 * pow(z, 7)) - pi2 * even.0 / (36 * pow(z, 3)))
    let k3 = factor * (odd.3 / (6480 * pow(z, 10)) + pi2 * even.1 / (216 * pow(z, 6)))
    return k0 + (k1 + (k2 + k3 / root) / root) / root
  }

  /// Sums over the odd numbers `m` of a polynomial in `π² m²` times `exp(-π² m² / 8 z²)`, smallest first.
  private static func oddSums(_ z: Double) -> (Double, Double, Double, Double) {
    let (z2, z4, z6, z8) = (z * z, pow(z, 4), pow(z, 6), pow(z, 8))
    var sums = (0.0, 0.0, 0.0, 0.0)
    for m in stride(from: 2 * terms(z) - 1, through: 1, by: -2) {
      let a = Double.pi * Double.pi * Double(m * m)
      let weight = exp(-a / (8 * z2))
      sums.0 += weight
      sums.1 += weight * (a / 4 - z2)
      sums.2 += weight * (6 * z6 + 2 * z4 + (2 * z4 - 5 * z2) * a / 4 + (1 - 2 * z2) * a * a / 16)
      let cubic = (5 - 30 * z2) * a * a * a / 64 + (212 * z4 - 60 * z2) * a * a / 16
      sums.3 += weight * (cubic + (135 * z4 - 96 * z6) * a / 4 - 30 * z6 - 90 * z8)
    }
    return sums
  }

  /// Sums over all numbers `k` from 1 of `k²` and of `k² (3z² - π² k²)`, times `exp(-π² k² / 2 z²)`.
  private static func evenSums(_ z: Double) -> (Double, Double) {
    var sums = (0.0, 0.0)
    for k in stride(from: terms(z), through: 1, by: -1) {
      let (square, a) = (Double(k * k), Double.pi * Double.pi * Double(k * k))
      let weight = square * exp(-a / (2 * z * z))
      sums.0 += weight
      sums.1 += weight * (3 * z * z - a)
    }
    return sums
  }

  private static func terms(_ z: Double) -> Int { Int((16 * z / Double.pi).rounded(.up)) }
}
