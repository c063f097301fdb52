/// Bins at the deciles of the reference, for the distances that need bins: a value belongs to the first bin whose upper edge is above it.
package struct DecileBins: Sendable {
  /// Values of the reference, ascending and distinct; between them are the bins, one more than there are edges.
  package let edges: [Double]

  /// Takes the reference in ascending order, not empty.
  package init(of reference: [Double]) {
    var edges: [Double] = []
    for decile in 1...9 {
      let edge = reference[(decile * reference.count + 9) / 10 - 1]
      if edges.last != edge { edges.append(edge) }
    }
    self.edges = edges
  }

  /// How many of `sample`, which is ascending, are in each bin.
  package func counts(of sample: [Double]) -> [Int] {
    var counts: [Int] = []
    var start = 0
    for edge in edges {
      let end = Self.firstIndex(atLeast: edge, in: sample, from: start)
      counts.append(end - start)
      start = end
    }
    return counts + [sample.count - start]
  }

  private static func firstIndex(atLeast edge: Double, in sample: [Double], from start: Int) -> Int {
    var (low, high) = (start, sample.count)
    while low < high {
      let middle = (low + high) / 2
      if sample[middle] < edge { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
