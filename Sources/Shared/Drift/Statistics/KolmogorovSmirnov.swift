/// The two-sample test of Kolmogorov and Smirnov, two-sided, as scipy's `ks_2samp` answers it.
package struct KolmogorovSmirnov: Sendable, Equatable {
  /// The greatest difference between the two empirical distributions, 0 to 1; ties are stepped over as one.
  package let statistic: Double
  /// A value where the difference is that great.
  package let location: Double
  package let sizes: (first: Int, second: Int)

  package static func == (left: Self, right: Self) -> Bool {
    left.statistic == right.statistic && left.location == right.location && left.sizes == right.sizes
  }

  init(statistic: Double, location: Double, sizes: (first: Int, second: Int)) {
    self.statistic = statistic
    self.location = location
    self.sizes = sizes
  }

  /// Exact where there are no ties, and too large where there are; nil for sizes at which nobody waits for it.
  package var exactP: Double? {
    guard isSmall else { return nil }
    return ExactSmirnov.survival(statistic, sizes.first, sizes.second)
  }

  /// By the distribution of one sample of the effective size (`method="asymp"`).
  package var asymptoticP: Double {
    let (first, second) = (Double(sizes.first), Double(sizes.second))
    // Rounds to even, as Python does.
    let effective = (first * second / (first + second)).rounded(.toNearestOrEven)
    return KolmogorovDistribution.survival(statistic, max(Int(effective), 1))
  }

  /// The one that decides (`method="auto"`).
  package var p: Double { exactP ?? asymptoticP }

  package var isSmall: Bool { max(sizes.first, sizes.second) <= ExactSmirnov.largestSize }
}
