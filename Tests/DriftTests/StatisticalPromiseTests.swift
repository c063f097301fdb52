import Foundation
import Testing
import TestSupport

@testable import Drift

/// What the default settings promise of windows, on thousands of them. The seed is printed where a promise is not kept.
@Suite struct StatisticalPromiseTests {
  private static let runs = 1000

  @Test(arguments: [10, 50, 100, 500, 2000])
  func falseAlarmsAreAtMostTheStatedRate(size: Int) {
    var generator = SeededGenerator()
    let settings = DriftSettings()
    let alarms = (0..<Self.runs).count { _ in
      isDrifted(normal(size, 0, &generator), normal(size, 0, &generator), settings)
    }
    #expect(Double(alarms) / Double(Self.runs) <= settings.alpha, "\(alarms) of \(Self.runs), seed \(generator.seed)")
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
    #expect(Double(alarms) / Double(Self.runs) >= least, "\(alarms) of \(Self.runs), seed \(generator.seed)")
  }

  @Test func aShiftOfHalfADeviationIsFoundInNineOfTenWindows() {
    var generator = SeededGenerator()
    let found = (0..<Self.runs).count { _ in
      isDrifted(normal(500, 0, &generator), normal(500, 0.5, &generator), DriftSettings())
    }
    #expect(Double(found) / Double(Self.runs) >= 0.9, "\(found) of \(Self.runs), seed \(generator.seed)")
  }

  /// Ten series at once alarm no more often than one; three standard errors are chance.
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
    let chance = 3 * (settings.alpha * (1 - settings.alpha) / 300).squareRoot()
    #expect(Double(alarms) / 300 <= settings.alpha + chance, "\(alarms) of 300, seed \(generator.seed)")
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
