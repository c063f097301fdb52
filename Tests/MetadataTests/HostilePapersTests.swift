import Attestations
import Signing
import TestSupport
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

  @Test func randomPapersAreJudgedByEveryRuleAndTheReportIsStrictJSON() throws {
    var generator = SeededGenerator()
    for _ in 0..<500 {
      let (card, provenance) = (Self.randomPaper(using: &generator), Self.randomPaper(using: &generator))
      let integrity: JSONValue = [
        "provenance": Self.randomValue(using: &generator), "attestation": Self.randomValue(using: &generator),
        "lineage": Self.randomValue(using: &generator),
      ]
      let result = try Papers.result(
        card: card, provenance: provenance, metrics: Self.randomPaper(using: &generator),
        metadata: ["x_model_integrity": integrity])
      let report = Papers.report(Self.everyRule, result)
      let rules = report.results.filter { $0.policyName != "identity" }
      #expect(rules.count == 17 && report.provenanceID == "phi3-mini", "TEST_SEED=\(generator.seed)")
      let text = JSONValue.object(report.fields).serialized()
      #expect(try StrictJSON.parse(text).object == report.fields, "TEST_SEED=\(generator.seed)")
    }
  }

  private static func randomPaper(using generator: inout SeededGenerator) -> JSONObject {
    var paper: JSONObject = [:]
    for field in fields + ["model_id", "accuracy", "loss", "version", "metrics"] where Bool.random(using: &generator) {
      paper.append(field, randomValue(using: &generator))
    }
    return paper
  }

  private static func randomValue(using generator: inout SeededGenerator) -> JSONValue {
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: .null
    case 1: .bool(Bool.random(using: &generator))
    case 2: .init(Int.random(in: -2...2, using: &generator))
    case 3: .string(Papers.weights.hex)
    case 4: ["model_id": "phi3-mini", "signature": "ab", "provenance_digest": .string(Papers.weights.hex)]
    case 5: [["model_id": "a", "parent_id": "phi3-mini"], ["model_id": "phi3-mini", "parent_id": "a"]]
    default: .string(texts.randomElement(using: &generator).map { $0.replacing("\u{0}", with: "") } ?? "")
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
