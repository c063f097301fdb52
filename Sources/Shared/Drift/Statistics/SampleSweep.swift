/// Two ascending samples walked through together: what their empirical distributions differ by.
struct SampleSweep {
  private(set) var smirnov: KolmogorovSmirnov
  /// The area between the two distributions: what it costs to move one into the other.
  private(set) var wasserstein: Double

  /// Takes samples in ascending order, neither of them empty, all finite.
  init(_ first: [Double], _ second: [Double]) {
    let (firstCount, secondCount) = (Double(first.count), Double(second.count))
    var (i, j) = (0, 0)
    var (greatest, location, area) = (0.0, first[0], 0.0)
    var (last, difference) = (min(first[0], second[0]), 0.0)
    while i < first.count || j < second.count {
      let next = (i < first.count ? first[i] : .infinity, j < second.count ? second[j] : .infinity)
      let value = min(next.0, next.1)
      area += abs(difference) * (value - last)
      // Every value equal to this one, on both sides, before the difference is looked at. Which side it is of is chance, so that
      // the first step is not left to the processor's guess.
      i += next.0 == value ? 1 : 0
      j += next.1 == value ? 1 : 0
      while i < first.count, first[i] == value { i += 1 }
      while j < second.count, second[j] == value { j += 1 }
      difference = Double(i) / firstCount - Double(j) / secondCount
      if abs(difference) > greatest { (greatest, location) = (abs(difference), value) }
      last = value
    }
    smirnov = KolmogorovSmirnov(
      statistic: greatest, location: location, sizes: (first: first.count, second: second.count))
    wasserstein = area
  }

  /// The same of two histograms over the same edges: all that is in one bin stands at its middle.
  init(_ first: [Int], _ second: [Int], middles: [Double]) {
    let (firstTotal, secondTotal) = (first.reduce(0, +), second.reduce(0, +))
    var (i, j) = (0, 0)
    var (greatest, location, area) = (0.0, middles[0], 0.0)
    var (last, difference) = (middles[0], 0.0)
    for bin in middles.indices {
      area += abs(difference) * (middles[bin] - last)
      i += first[bin]
      j += second[bin]
      difference = Double(i) / Double(firstTotal) - Double(j) / Double(secondTotal)
      if abs(difference) > greatest { (greatest, location) = (abs(difference), middles[bin]) }
      last = middles[bin]
    }
    smirnov = KolmogorovSmirnov(
      statistic: greatest, location: location, sizes: (first: firstTotal, second: secondTotal))
    wasserstein = area
  }
}
