import Wire

/// What two series that can be compared differ by. The test and its effect decide; the distances are reported.
package struct SeriesFindings: Sendable, Equatable {
  package enum Test: String, Sendable {
    case kolmogorovSmirnov = "kolmogorov_smirnov"
    case chiSquare = "chi_square"
  }

  package let test: Test
  package let statistic: Double
  package let p: Double
  /// From 0 to 1: the statistic itself of Kolmogorov and Smirnov, or Cramér's V.
  package let effect: Double
  /// Where the two distributions are farthest apart; nil for categories.
  package let location: Double?
  package let populationStability: Double
  package let jensenShannon: Double
  /// Nil for categories, which have no distance.
  package let wasserstein: Double?

  var words: String {
    let (value, probability) = (Decimal.fixed(statistic, digits: 3), Decimal.short(p))
    return test == .kolmogorovSmirnov
      ? "KS statistic: \(value), p \(probability)" : "chi-square: \(value), p \(probability)"
  }
}

extension SeriesFindings {
  /// Takes samples in ascending order.
  package init(sorted first: [Double], _ second: [Double]) {
    let (bins, sweep) = (DecileBins(of: first), SampleSweep(first, second))
    self.init(sweep, p: sweep.smirnov.p, bins.counts(of: first), bins.counts(of: second))
  }

  /// Takes counts over the same bins. What is in one bin is tied, so that an exact p would be no more exact than the asymptotic one.
  init(_ first: [Int], _ second: [Int], middles: [Double]) {
    let sweep = SampleSweep(first, second, middles: middles)
    self.init(sweep, p: sweep.smirnov.asymptoticP, first, second)
  }

  private init(_ sweep: SampleSweep, p: Double, _ first: [Int], _ second: [Int]) {
    test = .kolmogorovSmirnov
    (statistic, effect, location) = (sweep.smirnov.statistic, sweep.smirnov.statistic, sweep.smirnov.location)
    self.p = p
    populationStability = Divergences.populationStability(first, second)
    jensenShannon = Divergences.jensenShannon(first, second)
    wasserstein = sweep.wasserstein
  }

  package init(_ reference: Categories, _ window: Categories) {
    let rows = Categories.rows(reference, window)
    let pooled = ChiSquare.pooled(rows.0, rows.1)
    let chiSquare = ChiSquare(pooled.0, pooled.1)
    test = .chiSquare
    (statistic, p, effect, location) = (chiSquare.statistic, chiSquare.p, chiSquare.effect, nil)
    populationStability = Divergences.populationStability(rows.0, rows.1)
    jensenShannon = Divergences.jensenShannon(rows.0, rows.1)
    wasserstein = nil
  }
}

extension SeriesFindings {
  init?(ifPresentIn reader: inout ObjectReader) throws(FieldError) {
    let name = try reader.optionalString("test")
    let everything = 0...Double.greatestFiniteMagnitude
    let numbers = (
      try reader.optionalNumber("statistic", in: everything), try reader.optionalNumber("p_value", in: 0...1),
      try reader.optionalNumber("effect", in: 0...1), try reader.optionalNumber("psi", in: everything),
      try reader.optionalNumber("jensen_shannon", in: 0...1)
    )
    location = try reader.optionalNumber("location")
    wasserstein = try reader.optionalNumber("wasserstein", in: everything)
    guard let name else { return nil }
    guard let test = Test(rawValue: name), case (let statistic?, let p?, let effect?, let psi?, let distance?) = numbers
    else { throw reader.failure("test", "expected kolmogorov_smirnov or chi_square, and all that it found") }
    self.test = test
    (self.statistic, self.p, self.effect) = (statistic, p, effect)
    (populationStability, jensenShannon) = (psi, distance)
  }

  /// All fields null where nothing was compared.
  static func fields(of findings: SeriesFindings?) -> JSONObject {
    [
      "test": .init(findings?.test.rawValue), "statistic": JSONValue(number: findings?.statistic),
      "p_value": JSONValue(number: findings?.p), "effect": JSONValue(number: findings?.effect),
      "location": JSONValue(number: findings?.location), "psi": JSONValue(number: findings?.populationStability),
      "jensen_shannon": JSONValue(number: findings?.jensenShannon),
      "wasserstein": JSONValue(number: findings?.wasserstein),
    ]
  }
}
