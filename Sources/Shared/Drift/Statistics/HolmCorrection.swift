/// Holm's step-down correction of what is tested together.
package enum HolmCorrection {
  /// The p-values, in their order, each so large that rejecting those up to `alpha` is wrong anywhere with at most that probability.
  package static func adjusted(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var adjusted = [Double](repeating: 1, count: values.count)
    var least = 0.0
    for (rank, index) in order.enumerated() {
      least = max(least, min(values[index] * Double(values.count - rank), 1))
      adjusted[index] = least
    }
    return adjusted
  }
}
