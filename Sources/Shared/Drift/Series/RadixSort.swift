/// Sorting of many doubles: by digits of their bits, which for finite numbers are ordered as the numbers are once negative ones are
/// turned over.
///
/// Only the upper bits in which the values differ are sorted by: of a million values hardly two agree in all of those. Values that
/// do agree stand side by side afterwards, and are compared.
package enum RadixSort {
  private static let digitBits = 11
  private static let digits = 3
  /// Below this, comparing is faster.
  private static let least = 2048

  /// Takes finite numbers and returns them in ascending order.
  package static func sorted(_ values: [Double]) -> [Double] {
    var values = values
    sort(&values)
    return values
  }

  /// Puts finite numbers in ascending order.
  package static func sort(_ values: inout [Double]) {
    guard values.count >= least else { return values.sort() }
    guard !isAscending(values) else { return }
    var spare = [Double](repeating: 0, count: values.count)
    let lowest = lowestBit(of: values)
    for digit in 0..<digits {
      let shift = UInt64(lowest + digit * digitBits)
      let counts = counts(of: values, by: shift)
      guard !counts.contains(values.count) else { continue }
      scatter(values, into: &spare, by: shift, counts)
      swap(&values, &spare)
    }
    sortRuns(in: &values, above: UInt64(lowest))
  }

  private static func isAscending(_ values: [Double]) -> Bool {
    values.indices.dropFirst().allSatisfy { values[$0 - 1] <= values[$0] }
  }

  private static func key(_ value: Double) -> UInt64 {
    let bits = value.bitPattern
    return bits ^ (UInt64(bitPattern: Int64(bitPattern: bits) >> 63) | 1 << 63)
  }

  private static func digit(_ value: Double, _ shift: UInt64) -> Int {
    Int(truncatingIfNeeded: key(value) &>> shift) & (1 << digitBits - 1)
  }

  /// Of those that are sorted by; 0 where the values differ in no more.
  private static func lowestBit(of values: [Double]) -> Int {
    let first = key(values[0])
    let different = values.reduce(0) { $0 | (key($1) ^ first) }
    return max(64 - different.leadingZeroBitCount - digits * digitBits, 0)
  }

  /// How many values have each digit.
  private static func counts(of values: [Double], by shift: UInt64) -> [Int] {
    var counts = [Int](repeating: 0, count: 1 << digitBits)
    for value in values { counts[digit(value, shift)] += 1 }
    return counts
  }

  private static func scatter(_ values: [Double], into target: inout [Double], by shift: UInt64, _ counts: [Int]) {
    var places = starts(of: counts)
    var slots = target.mutableSpan
    for value in values {
      let digit = digit(value, shift)
      slots[places[digit]] = value
      places[digit] += 1
    }
  }

  private static func starts(of counts: [Int]) -> [Int] {
    var next = 0
    return counts.map { count in
      defer { next += count }
      return next
    }
  }

  /// Sorts what agrees in all bits from `lowest` on, where it is not in order by chance.
  private static func sortRuns(in values: inout [Double], above lowest: UInt64) {
    var index = 1
    while index < values.count {
      if values[index - 1] <= values[index] {
        index += 1
      } else {
        let run = run(around: index, in: values, above: lowest)
        values[run].sort()
        index = run.upperBound
      }
    }
  }

  private static func run(around index: Int, in values: [Double], above lowest: UInt64) -> Range<Int> {
    let upper = key(values[index]) &>> lowest
    let start = values[..<index].lastIndex { key($0) &>> lowest != upper }.map { $0 + 1 } ?? 0
    let end = values[index...].firstIndex { key($0) &>> lowest != upper } ?? values.count
    return start..<end
  }
}
