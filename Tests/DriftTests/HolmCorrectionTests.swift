import Testing
import TestSupport

@testable import Drift

@Suite struct HolmCorrectionTests {
  @Test func valuesAreCorrectedInTheirOrderAndNeverFall() {
    let adjusted = HolmCorrection.adjusted([0.01, 0.04, 0.03, 0.005])
    #expect(zip(adjusted, [0.03, 0.06, 0.06, 0.02]).allSatisfy { $0.isNear($1) })
    #expect(HolmCorrection.adjusted([0.9, 0.8]) == [1, 1] && HolmCorrection.adjusted([]).isEmpty)
  }

  @Test func radixSortOrdersAsComparingDoes() {
    var generator = SeededGenerator()
    let values = (0..<10_000).map { _ in Double.random(in: -1e3...1e3, using: &generator).rounded() * 1e-3 }
    #expect(
      RadixSort.sorted(values + [-0.0, 0.0, .greatestFiniteMagnitude, -.leastNonzeroMagnitude])
        == (values + [-0.0, 0.0, .greatestFiniteMagnitude, -.leastNonzeroMagnitude]).sorted(), "\(generator.seed)")
  }
}
