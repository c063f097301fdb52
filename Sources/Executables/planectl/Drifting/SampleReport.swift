import Drift
import Wire

/// Two files of values compared: for people, and for programs.
struct SampleReport {
  let comparison: SeriesComparison
  let drift: SeriesDrift
  let settings: DriftSettings

  init(_ first: ValueFile, _ second: ValueFile, settings: DriftSettings) {
    self.settings = settings
    comparison = SeriesComparison(first.series, second.series, minimumSamples: settings.minimumSamples)
    drift = SeriesDrift.judge([(name: "values", comparison: comparison)], by: settings)[0]
  }

  var body: JSONObject {
    var body = drift.fields
    body.append("p_method", .init(method))
    body.append("p_exact", JSONValue(number: comparison.smirnov?.exactP))
    body.append("p_asymptotic", JSONValue(number: asymptoticP))
    body.append("alpha", JSONValue(number: settings.alpha))
    body.append("minimum_effect", JSONValue(number: settings.minimumEffect))
    return body
  }

  /// Of many values it is the one that decided, and takes long enough not to be computed twice.
  private var asymptoticP: Double? {
    guard let smirnov = comparison.smirnov else { return nil }
    return smirnov.isSmall ? smirnov.asymptoticP : drift.findings?.p
  }

  private var method: String? {
    guard let findings = drift.findings else { return nil }
    if findings.test == .chiSquare { return "chi_square" }
    return comparison.smirnov?.isSmall == true ? "exact" : "asymptotic"
  }

  var lines: [String] {
    var fields = Fields([
      ("outcome", drift.outcome.rawValue), ("values", "\(drift.referenceSize) and \(drift.windowSize)"),
    ])
    guard let findings = drift.findings else {
      fields.add("because", drift.details)
      return fields.lines
    }
    let isSmirnov = findings.test == .kolmogorovSmirnov
    fields.add(isSmirnov ? "Kolmogorov-Smirnov" : "chi-square", Decimal.short(findings.statistic))
    fields.add("p", "\(Decimal.short(findings.p)) (\(method ?? "")), drift up to \(Decimal.short(settings.alpha))")
    fields.add("effect", "\(Decimal.short(findings.effect)), drift from \(Decimal.short(settings.minimumEffect))")
    if let location = findings.location { fields.add("farthest apart at", "\(location)") }
    fields.add("PSI", Decimal.short(findings.populationStability))
    fields.add("Jensen-Shannon", Decimal.short(findings.jensenShannon))
    if let wasserstein = findings.wasserstein { fields.add("Wasserstein", Decimal.short(wasserstein)) }
    fields.add("severity", Decimal.fixed(drift.severity, digits: 2))
    return fields.lines
  }
}
