extension [Double] {
  var median: Double { quantile(0.5) }

  /// The smallest value that at least this share of the values does not exceed.
  func quantile(_ share: Double) -> Double {
    guard !isEmpty else { return .nan }
    let rank = Int((share * Double(count)).rounded(.up))
    return sorted()[Swift.min(Swift.max(rank, 1), count) - 1]
  }

  var mean: Double { reduce(0, +) / Double(count) }
}
