import Attestations
import Signing
import Testing
import Wire

@testable import Metadata

/// Texts and sizes that are meant to hurt whoever judges or reads them.
@Suite struct HostilePapersTests {
  static let everyRule = [
    "REGULATED", "known_values", "hash_is_digest", "consistent_papers", "valid_card", "valid_lineage",
    "verified_attestation", "metric_at_least:accuracy=0.9", "metric_at_most:loss=1", "no_regression",
    "allowed_owners:ml", "allowed_base_models:phi3",
  ]

  static let texts = [
    "\u{1b}[2J\u{1b}[1;31mpassed", "\u{202e}dessap", "\u{2066}low\u{2069}", "a\u{0}b", "\r\npassed: all", "\u{7f}",
    "\u{feff}low",
    String(repeating: "e\u{301}", count: 2000), String(repeating: "x", count: 4096), "\u{e0041}", "ｌｏｗ", "l\u{200b}ow",
  ]

  private static let fields = [
    "owner", "model_type", "base_model", "risk_level", "status", "governance_tier", "hash_algorithm",
    "attestation_method",
    "weights_hash", "dataset_hash", "architecture", "created_at",
  ]

  @Test(arguments: texts) func aHostileTextInEveryFieldFailsEveryRuleThatReadsItAndStaysShort(text: String) throws {
    var paper: JSONObject = [:]
    for field in Self.fields { paper.append(field, .string(text)) }
    let result = try Papers.result(
      card: paper, provenance: paper, lineage: [["model_id": .string(text), "parent_id": .string(text)]])
    let report = Papers.report(Self.everyRule, result)
    let passed = report.results.filter(\.passed).map(\.policyName)
    // These ask only whether something is said, and whether all papers say it.
    let undemanding = [
      "require_weights_hash", "require_governance_tier", "require_risk_level", "require_attestation",
      "require_base_model",
      "consistent_papers",
    ]
    #expect(Set(passed).isSubset(of: undemanding), "\(passed)")
    #expect(report.failures.allSatisfy { $0.message.utf8.count <= 510 })
  }

  @Test func aCardOf90KiBIsJudgedAndNeverRepeated() throws {
    var card: JSONObject = [:]
    for index in 0..<3000 { card.append("field_\(index)_\(String(repeating: "x", count: 16))", 1) }
    card.append("risk_level", .string(String(repeating: "h", count: 8000)))
    let size = JSONValue.object(card).serialized().count
    #expect(size > 90 << 10)
    let report = Papers.report(Self.everyRule, try Papers.result(card: card))
    #expect(!report.passed)
    #expect(JSONValue.object(report.fields).serialized().count < 16 << 10)
  }

  @Test func valuesOfEveryOtherKindAreClaimsOfNothing() throws {
    for value in [JSONValue.null, 1, true, ["low"], ["low": "low"]] {
      var paper: JSONObject = [:]
      for field in Self.fields where field != "weights_hash" { paper.append(field, value) }
      let report = Papers.report(Self.everyRule, try Papers.result(card: paper, provenance: paper))
      for rule in [
        "require_governance_tier", "require_risk_level", "max_risk_level", "require_attestation", "allowed_owners:ml",
      ] {
        #expect(report.failures.contains { $0.policyName == rule }, "\(rule) passes for \(value.kindName)")
      }
    }
  }

  @Test func aLineageOfAThousandNodesIsWalkedOnce() throws {
    let nodes = (0..<1000).map { index -> JSONValue in
      [
        "model_id": .string(index == 999 ? "phi3-mini" : "m\(index)"),
        "parent_id": .string(index == 0 ? "" : "m\(index - 1)"),
      ]
    }
    #expect(Papers.failure("valid_lineage", try Papers.result(lineage: nodes)) == nil)
  }
}
