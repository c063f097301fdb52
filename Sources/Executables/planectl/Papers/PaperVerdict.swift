import Metadata
import Signing
import WeightsDigest
import Wire

/// Everything that `metadata check` found out about one file.
struct PaperVerdict: Sendable {
  let kind: PaperFile.Kind
  let papers: ModelPapers
  /// Of the papers themselves, and of the files that were given with them.
  let checks: [IntegrityReport.Result]
  let report: IntegrityReport

  var passed: Bool { report.passed && checks.allSatisfy(\.passed) }

  var body: JSONObject {
    [
      "kind": .string(kind.rawValue), "model_id": .string(papers.modelID), "passed": .bool(passed),
      "checks": .array(checks.map(\.json)), "report": .object(report.fields),
      "provenance_digest": .init(provenanceDigest), "card_json": .init(cardText),
    ]
  }

  /// Lowercase hex of what an attestation would be made of; nil where there is no provenance that upstream reads.
  private var provenanceDigest: String? {
    guard let object = papers.attestable, let provenance = try? ModelProvenance(object, as: .integrity) else {
      return nil
    }
    return provenance.canonical.digest.hex
  }

  /// The card as upstream prints it; nil where there is none that it takes.
  private var cardText: String? {
    papers.card.isEmpty ? nil : (try? ModelCard(papers.card))?.indentedJSON
  }

  func lines(width: Int?) -> [String] {
    var table = Table("CHECK", "RESULT", "WHY")
    for check in checks { table.add(check.policyName, check.passed ? "passed" : "FAILED", check.message) }
    for rule in report.results { table.add(rule.policyName, rule.passed ? "passed" : "FAILED", rule.message) }
    for rule in report.reportOnly {
      table.add(rule.policyName, rule.passed ? "passed" : "would fail", "\(rule.message) (only reported)")
    }
    let all = checks + report.results
    let failed = all.count { !$0.passed }
    let name = papers.modelID.isEmpty ? kind.rawValue : "\(kind.rawValue) of \(shown(papers.modelID))"
    return table.lines(width: width) + [
      "\(name): " + (failed == 0 ? "all \(all.count) passed" : "\(failed) of \(all.count) failed")
    ]
  }
}
