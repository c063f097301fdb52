import TestSupport
import Testing

@testable import planectl

/// Numbers along the axes of a drawing.
@Suite struct AxisMarksTests {
  @Test(arguments: [
    (0.0...1.0, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]), (0.39...6.7, ["2", "4", "6"]),
    (0.04...2.5, ["0.5", "1.0", "1.5", "2.0", "2.5"]), (-3...3, ["-2", "0", "2"]),
    (1_000_000...5_000_000, ["1000000", "2000000", "3000000", "4000000", "5000000"]),
  ])
  func marksAreRoundNumbers(range: ClosedRange<Double>, labels: [String]) {
    let marks = AxisMarks(range)
    #expect(marks.values.map(marks.label) == labels)
  }

  /// What a monitor reports is drawn whatever it is.
  @Test func everyRangeHasAFewMarksInsideIt() {
    var generator = SeededGenerator()
    for _ in 0..<2_000 {
      let ends = [0, 1].map { _ in Double(bitPattern: UInt64.random(in: 0...(.max), using: &generator)) }
        .filter(\.isFinite).sorted()
      guard ends.count == 2, ends[0] < ends[1] else { continue }
      let marks = AxisMarks(ends[0]...ends[1])
      #expect((1...12).contains(marks.values.count), "\(ends), seed \(generator.seed)")
      #expect(marks.values.allSatisfy { !marks.label($0).isEmpty }, "\(ends), seed \(generator.seed)")
    }
  }
}
