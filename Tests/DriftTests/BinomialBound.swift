import Foundation

/// How often something of a known chance happens in so many independent tries, exactly.
struct BinomialBound {
  let tries: Int
  /// Above 0 and below 1.
  let chance: Double

  /// How sure a test is that it fails nobody who keeps the promise: once in a thousand seeds it does.
  static let confidence = 0.999

  /// The smallest count that is exceeded with a probability of at most 1 - `confidence`.
  var most: Int { quantile(of: (0...tries).map(probability)) }

  /// The greatest count that is undercut with a probability of at most 1 - `confidence`.
  var least: Int { tries - quantile(of: (0...tries).reversed().map(probability)) }

  private func quantile(of probabilities: [Double]) -> Int {
    var sum = 0.0
    return probabilities.firstIndex { probability in
      sum += probability
      return sum >= Self.confidence
    } ?? tries
  }

  private func probability(_ count: Int) -> Double {
    let arrangements = lgamma(Double(tries + 1)) - lgamma(Double(count + 1)) - lgamma(Double(tries - count + 1))
    return exp(arrangements + Double(count) * log(chance) + Double(tries - count) * log1p(-chance))
  }
}
