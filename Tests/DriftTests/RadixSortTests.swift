import Testing
import TestSupport

@testable import Drift

/// Sorting by digits gives what comparing gives. The seed is printed where it does not.
@Suite struct RadixSortTests {
  private static let sizes = [0, 1, 2047, 2048, 5000]

  /// Each makes values of a kind that one of the shortcuts could get wrong.
  private static let kinds: [(name: String, value: @Sendable (inout SeededGenerator) -> Double)] = [
    ("any finite bits", { generator in Double(bitPattern: generator.next() & ~(1 << 62)) }),
    ("both signs", { generator in Double.random(in: -1...1, using: &generator) }),
    ("few values", { generator in Double(Int.random(in: -3...3, using: &generator)) }),
    ("one value", { _ in 4.5 }),
    (
      "only the lowest bits differ", { generator in Double(bitPattern: 0x3ff0_0000_0000_0000 | generator.next() >> 50) }
    ),
    (
      "the lowest bits differ, and one far away",
      { generator in
        generator.next() % 1000 == 0 ? -1e300 : Double(bitPattern: 0x3ff0_0000_0000_0000 | generator.next() >> 50)
      }
    ),
    ("the least doubles", { generator in Double(bitPattern: generator.next() >> 52 | generator.next() << 63) }),
  ]

  @Test(arguments: sizes, kinds.indices)
  func itIsTheOrderOfComparing(size: Int, kind: Int) {
    var generator = SeededGenerator()
    let values = (0..<size).map { _ in Self.kinds[kind].value(&generator) }
    let isSorted = RadixSort.sorted(values) == values.sorted()
    #expect(isSorted, "\(Self.kinds[kind].name), seed \(generator.seed)")
  }

  @Test func whatIsInOrderOrInReverseOrderIsSorted() {
    let values = (0..<5000).map { Double($0) * 1.5 - 100 }
    #expect(RadixSort.sorted(values) == values)
    #expect(RadixSort.sorted(values.reversed()) == values)
  }
}
