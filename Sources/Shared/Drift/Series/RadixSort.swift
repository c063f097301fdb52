/// Sorting of many doubles: by digits of their bits, which for finite numbers are ordered as the numbers are once negative ones are
/// turned over.
package enum RadixSort {
  private static let digitBits = 11
  private static let digits = 6
  /// Below this, comparing is faster.
  private static let least = 2048

  /// Takes finite numbers and returns them in ascending order; -0 and 0 are equal and come in that order.
  package static func sorted(_ values: [Double]) -> [Double] {
    guard values.count >= least else { return values.sorted() }
    if zip(values, values.dropFirst()).allSatisfy({ $0 <= $1 }) { return values }
    var keys = values.map { key(of: $0.bitPattern) }
    var counts = histograms(of: keys)
    var spare = [UInt64](repeating: 0, count: keys.count)
    for digit in 0..<digits where !isConstant(counts[digit], keys.count) {
      scatter(keys, into: &spare, by: digit, from: &counts[digit])
      swap(&keys, &spare)
    }
    return keys.map { Double(bitPattern: bits(of: $0)) }
  }

  private static func key(of bits: UInt64) -> UInt64 { bits >> 63 == 1 ? ~bits : bits | 1 << 63 }
  private static func bits(of key: UInt64) -> UInt64 { key >> 63 == 1 ? key ^ 1 << 63 : ~key }

  private static func histograms(of keys: [UInt64]) -> [[Int]] {
    let mask = UInt64(1) << digitBits - 1
    return (0..<digits).map { digit in
      var counts = [Int](repeating: 0, count: 1 << digitBits)
      for key in keys { counts[Int(truncatingIfNeeded: key >> (digit * digitBits) & mask)] += 1 }
      return counts
    }
  }

  private static func isConstant(_ counts: [Int], _ total: Int) -> Bool { counts.contains(total) }

  private static func scatter(_ keys: [UInt64], into target: inout [UInt64], by digit: Int, from counts: inout [Int]) {
    var next = 0
    for index in counts.indices {
      let count = counts[index]
      counts[index] = next
      next += count
    }
    let mask = UInt64(1) << digitBits - 1
    for key in keys {
      let bucket = Int(truncatingIfNeeded: key >> (digit * digitBits) & mask)
      target[counts[bucket]] = key
      counts[bucket] += 1
    }
  }
}
