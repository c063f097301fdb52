import Signing
import Wire

/// The rules of one profile, read from the strings that the signed policy holds (docs/decisions/0019).
///
/// An entry is a rule, or the name of a set, or either behind `report-only:`, which is judged and told and refuses nothing.
package struct IntegrityProfile: Sendable {
  package static let reportOnlyPrefix = "report-only:"

  /// Upstream's sets, whose names stand for their rules.
  package static let sets: [String: [String]] = [
    "STANDARD": ["require_weights_hash", "require_governance_tier", "require_base_model"],
    "REGULATED": [
      "require_weights_hash", "require_governance_tier", "require_risk_level", "max_risk_level", "require_attestation",
      "require_base_model",
    ],
  ]
  package static let standard = IntegrityProfile(["STANDARD"])

  struct Entry: Sendable {
    /// The rule as the profile or the set writes it.
    let name: String
    let isReportOnly: Bool
    let rule: Result<IntegrityRule, RuleSyntaxError>
  }

  let entries: [Entry]

  /// Reads every entry; one that is no rule fails when it is judged. A rule that stands twice is judged once.
  package init(_ texts: [String]) {
    var entries: [Entry] = []
    var seen: Set<[UInt8]> = []
    for text in texts {
      let isReportOnly = text.hasPrefix(Self.reportOnlyPrefix)
      let name = isReportOnly ? String(text.dropFirst(Self.reportOnlyPrefix.count)) : text
      for rule in Self.sets[name] ?? [name] {
        guard seen.insert(Array((isReportOnly ? Self.reportOnlyPrefix + rule : rule).utf8)).inserted else { continue }
        entries.append(Entry(name: rule, isReportOnly: isReportOnly, rule: Self.parsed(rule)))
      }
    }
    self.entries = entries
  }

  private static func parsed(_ text: String) -> Result<IntegrityRule, RuleSyntaxError> {
    do { return .success(try IntegrityRule(text)) } catch { return .failure(error) }
  }

  /// What cannot be judged, in words; empty for a profile that may be signed.
  package var problems: [String] {
    entries.compactMap { entry in
      if case .failure(let error) = entry.rule { "\(entry.name.clipped(64)): \(error)" } else { nil }
    }
  }

  /// Whether judging needs the metrics of the version now approved.
  package var comparesVersions: Bool {
    entries.contains { entry in if case .success(let rule) = entry.rule { rule.comparesVersions } else { false } }
  }

  /// Judges by every rule, also after one has failed; no rules pass vacuously, as upstream has it. What cannot be judged is not
  /// satisfied. Papers that name another model or other weights fail whatever the profile says.
  package func report(on papers: ModelPapers, in context: JudgingContext = JudgingContext()) -> IntegrityReport {
    var (results, reportOnly): ([IntegrityReport.Result], [IntegrityReport.Result]) = ([], [])
    for entry in entries {
      let result = IntegrityReport.Result(entry.name, Self.finding(entry.rule, papers, context))
      if entry.isReportOnly { reportOnly.append(result) } else { results.append(result) }
    }
    if let problem = PaperIdentity.problem(papers) {
      results.append(IntegrityReport.Result(PaperIdentity.name, .failed(problem)))
    }
    return IntegrityReport(provenanceID: papers.modelID, results: results, reportOnly: reportOnly)
  }

  private static func finding(
    _ rule: Result<IntegrityRule, RuleSyntaxError>, _ papers: ModelPapers, _ context: JudgingContext
  ) -> Finding {
    switch rule {
    case .success(let rule): rule.judge(papers, context)
    case .failure(let error): .failed("\(error)")
    }
  }
}
