import Glibc

/// Durbin's matrix formula for `P(D < x)` as Marsaglia, Tsang and Wang raise it to its power (2003): exact, and cheap for small `nx`.
enum DurbinMatrix {
  /// A square matrix whose entries are to be multiplied by `2^exponent`.
  private struct Scaled {
    let size: Int
    var entries: [Double]
    var exponent = 0

    func times(_ other: Scaled) -> Scaled {
      var product = [Double](repeating: 0, count: size * size)
      for row in 0..<size {
        for inner in 0..<size {
          let factor = entries[row * size + inner]
          guard factor != 0 else { continue }
          for column in 0..<size { product[row * size + column] += factor * other.entries[inner * size + column] }
        }
      }
      return Scaled(size: size, entries: product, exponent: exponent + other.exponent)
    }

    /// The same with the largest entry near 1.
    func normalized() -> Scaled {
      guard let largest = entries.max(), largest > 0, largest.isFinite else { return self }
      let shift = Int(largest.exponent)
      return Scaled(size: size, entries: entries.map { scalbn($0, -shift) }, exponent: exponent + shift)
    }
  }

  static func cumulative(_ x: Double, _ n: Int) -> Double {
    let t = Double(n) * x
    let k = Int(t.rounded(.up))
    let power = raised(matrix(excess: Double(k) - t, size: 2 * k - 1), to: n)
    let center = (k - 1) * power.size + k - 1
    // n!/n^n, kept from underflowing beside a power that may be large.
    var (value, exponent) = (power.entries[center], power.exponent)
    for factor in 1...n {
      value *= Double(factor) / Double(n)
      guard value < 0x1p-500 else { continue }
      value *= 0x1p500
      exponent -= 500
    }
    return scalbn(value, exponent)
  }

  /// Ones over factorials on and below the diagonal, ones above it; the edges lose what lies beyond `x`.
  private static func matrix(excess h: Double, size: Int) -> Scaled {
    var inverseFactorials = [1.0]
    for divisor in 1...size { inverseFactorials.append(inverseFactorials[divisor - 1] / Double(divisor)) }
    var entries = [Double](repeating: 0, count: size * size)
    for row in 0..<size {
      for column in 0..<size where row - column + 1 >= 0 {
        entries[row * size + column] = inverseFactorials[row - column + 1]
      }
    }
    for row in 0..<size {
      let edge = (1 - pow(h, Double(row + 1))) * inverseFactorials[row + 1]
      entries[row * size] = edge
      entries[(size - 1) * size + size - 1 - row] = edge
    }
    let corner = 1 - 2 * pow(h, Double(size)) + pow(max(2 * h - 1, 0), Double(size))
    entries[(size - 1) * size] = corner * inverseFactorials[size]
    return Scaled(size: size, entries: entries)
  }

  private static func raised(_ matrix: Scaled, to power: Int) -> Scaled {
    var (square, rest) = (matrix, power)
    var result: Scaled?
    while rest > 0 {
      if rest & 1 == 1 { result = (result?.times(square) ?? square).normalized() }
      rest >>= 1
      if rest > 0 { square = square.times(square).normalized() }
    }
    return result ?? matrix
  }
}
