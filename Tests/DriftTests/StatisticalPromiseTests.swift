import Foundation
import Testing
import TestSupport

@testable import Drift

/// What the default settings promise of windows, on thousands of them. A promise counts as broken where chance alone would come to that
/// once in a thousand seeds at most, by the binomial distribution; `TEST_SEED` sets another seed than the one that is printed.
@Suite struct StatisticalPromiseTests {
  private static let runs = 1000

  @Test(arguments: [10, 50, 100, 500, 2000])
  func falseAlarmsAreAtMostTheStatedRate(size: Int) {
    var generator = SeededGenerator()
    let settings = DriftSettings()
    let alarms = (0..<Self.runs).count { _ in
      isDrifted(normal(size, 0, &generator), normal(size, 0, &generator), settings)
    }
    let bound = BinomialBound(tries: Self.runs, chance: settings.alpha).most
    expect(alarms, atMost: bound, "false alarms of \(Self.runs) at n = \(size)", generator)
  }

  @Test func theBoundsAreThoseOfTheBinomialDistribution() {
    // By scipy.stats.binom.ppf(0.999, tries, chance), and for `least` of the misses.
    #expect(BinomialBound(tries: 1000, chance: 0.05).most == 73)
    #expect(BinomialBound(tries: 1000, chance: 0.9).least == 870)
    #expect(BinomialBound(tries: 300, chance: 0.05).most == 28)
  }

  /// Upstream's threshold on the statistic knows nothing of how large the samples are.
  @Test(arguments: [(10, 0.95), (50, 0.8), (100, 0.5)])
  func upstreamsFixedThresholdAlarmsAtNothing(size: Int, least: Double) {
    var generator = SeededGenerator()
    var settings = DriftSettings()
    settings.profile = .upstream
    let alarms = (0..<Self.runs).count { _ in
      isDrifted(normal(size, 0, &generator), normal(size, 0, &generator), settings)
    }
    let bound = BinomialBound(tries: Self.runs, chance: least).least
    expect(alarms, atLeast: bound, "of upstream's alarms of \(Self.runs) at n = \(size)", generator)
  }

  @Test func aShiftOfHalfADeviationIsFoundInNineOfTenWindows() {
    var generator = SeededGenerator()
    let found = (0..<Self.runs).count { _ in
      isDrifted(normal(500, 0, &generator), normal(500, 0.5, &generator), DriftSettings())
    }
    let bound = BinomialBound(tries: Self.runs, chance: 0.9).least
    expect(found, atLeast: bound, "shifts found of \(Self.runs) at n = 500", generator)
  }

  /// Ten series at once alarm no more often than one.
  @Test func manySeriesTogetherKeepTheStatedRate() {
    var generator = SeededGenerator()
    let settings = DriftSettings()
    let alarms = (0..<300).count { _ in
      let comparisons = (0..<10).map { index in
        (
          name: "\(index)",
          comparison: SeriesComparison(
            .numbers(normal(200, 0, &generator)), .numbers(normal(200, 0, &generator)))
        )
      }
      return SeriesDrift.judge(comparisons, by: settings).contains { $0.outcome == .drifted }
    }
    let bound = BinomialBound(tries: 300, chance: settings.alpha).most
    expect(alarms, atMost: bound, "false alarms of 300 with ten series at once", generator)
  }

  private func expect(
    _ count: Int, atLeast least: Int = 0, atMost most: Int = .max, _ subject: String, _ generator: SeededGenerator,
    _ location: SourceLocation = #_sourceLocation
  ) {
    let story = "\(count) \(subject), seed \(generator.seed)"
    print(story)
    #expect(count >= least, "\(story): at least \(least)", sourceLocation: location)
    #expect(count <= most, "\(story): at most \(most)", sourceLocation: location)
  }

  private func isDrifted(_ first: [Double], _ second: [Double], _ settings: DriftSettings) -> Bool {
    let comparison = SeriesComparison(.numbers(first), .numbers(second))
    return SeriesDrift.judge([("x", comparison)], by: settings)[0].outcome == .drifted
  }

  /// By Box and Muller: of mean `mean` and deviation 1.
  private func normal(_ count: Int, _ mean: Double, _ generator: inout SeededGenerator) -> [Double] {
    (0..<count).map { _ in
      let (radius, angle) = (
        1 - Double.random(in: 0..<1, using: &generator), Double.random(in: 0..<1, using: &generator)
      )
      return mean + (-2 * log(radius)).squareRoot() * cos(2 * .pi * angle)
    }
  }
}
