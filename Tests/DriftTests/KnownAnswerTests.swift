import Foundation
import Testing
import Wire

@testable import Drift

/// The answers of scipy in Tests/Vectors/standards.json.
@Suite struct KnownAnswerTests {
  @Test func kolmogorovSmirnovAnswersAsScipyAlsoWithTies() throws {
    for known in try Vectors.items("ks_2samp", of: "standards") {
      let sweep = SampleSweep(known.doubles("a").sorted(), known.doubles("b").sorted())
      let smirnov = sweep.smirnov
      #expect(smirnov.statistic.isNear(known["statistic"]?.double))
      #expect(try #require(smirnov.exactP).isNear(known["p_exact"]?.double))
      #expect(smirnov.asymptoticP.isNear(known["p_asymptotic"]?.double))
    }
  }

  @Test func distancesAnswerAsScipy() throws {
    let wasserstein = try Vectors.item("wasserstein")
    let sweep = SampleSweep(wasserstein.doubles("a").sorted(), wasserstein.doubles("b").sorted())
    #expect(sweep.wasserstein.isNear(wasserstein["distance"]?.double))
    let jensen = try Vectors.item("jensen_shannon")
    #expect(
      Divergences.jensenShannon(jensen.doubles("p"), jensen.doubles("q")).isNear(jensen["distance_base2"]?.double))
    let psi = try Vectors.item("psi")
    #expect(Divergences.populationStability(psi.doubles("p"), psi.doubles("q")).isNear(psi["psi"]?.double))
  }

  @Test func chiSquareAnswersAsScipyWithoutCorrection() throws {
    let known = try Vectors.item("chi_square")
    let rows = try #require(known["table"]?.array).map { $0.array?.compactMap(\.int) ?? [] }
    let test = ChiSquare(rows[0], rows[1])
    #expect(test.statistic.isNear(known["statistic"]?.double) && test.p.isNear(known["p"]?.double))
  }

  /// scipy's `kstwo.sf`, at least once for each way in which it is computed.
  @Test(arguments: [
    (0.02, 20, 1.0), (0.04, 20, 0.999_999_999_999_151_7), (0.1, 30, 0.896_078_268_005_089_8),
    (0.3, 30, 0.006_852_243_362_913_235), (0.5, 30, 1.846_731_002_960_419_3e-07), (0.6, 10, 0.000_568_167_2),
    (0.95, 10, 1.953_125_000_000_017_2e-13), (0.03, 500, 0.747_316_670_045_702_1),
    (0.09, 500, 0.000_565_375_823_678_794_2), (0.001, 1_000_000, 0.269_821_074_425_893_76),
    (0.0015, 2_000_000, 0.000_246_572_905_084_616_06), (0.4, 2, 0.82),
  ])
  func tailsOfKolmogorovInEveryRegime(x: Double, n: Int, expected: Double) {
    #expect(KolmogorovDistribution.survival(x, n).isNear(expected))
  }

  /// scipy's `chi2.sf`.
  @Test(arguments: [
    (0.1, 1.0, 0.751_829_634_045_849_2), (3.84, 1, 0.050_043_521_248_705_19), (50, 10, 2.669_083_424_904_495e-07),
    (1, 20, 0.999_999_999_829_033), (900, 1000, 0.989_282_761_908_710_2), (300, 3, 9.948_758_346_327_588e-65),
  ])
  func tailsOfChiSquare(statistic: Double, degrees: Double, expected: Double) {
    #expect(GammaFunction.regularizedUpper(degrees / 2, statistic / 2).isNear(expected))
  }
}

enum Vectors {
  static func object(_ name: String) throws -> JSONObject {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appendingPathComponent("Vectors/\(name).json"))
    return try #require(try StrictJSON.parse(Array(data)).object)
  }

  static func items(_ key: String, of name: String) throws -> [JSONObject] {
    try #require(object(name)[key]?.array).compactMap(\.object)
  }

  static func item(_ key: String) throws -> JSONObject { try #require(object("standards")[key]?.object) }
}

extension JSONObject {
  func doubles(_ key: String) -> [Double] { self[key]?.array?.compactMap(\.double) ?? [] }

  var numbers: [String: Double] {
    Dictionary(uniqueKeysWithValues: members.compactMap { member in member.value.double.map { (member.key, $0) } })
  }
}

extension Double {
  /// To 1e-9 of the greater one.
  func isNear(_ other: Double?) -> Bool {
    guard let other else { return false }
    return self == other || abs(self - other) <= 1e-9 * max(abs(self), abs(other))
  }
}
