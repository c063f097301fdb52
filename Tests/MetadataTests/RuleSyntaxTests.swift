import Signing
import Testing
import Wire

@testable import Metadata

@Suite struct RuleSyntaxTests {
  static let key = Papers.vectorsKey?.publicKey.hex ?? ""

  @Test(arguments: [
    "", "require_magic", "REQUIRE_WEIGHTS_HASH", " require_weights_hash", "require_weights_hash ",
    "require_weights_hash:",
    "require_weights_hash:yes", "known_values:", "max_risk_level:", "max_risk_level:extreme", "max_risk_level:High",
    "max_risk_level=high", "metric_at_least", "metric_at_least:", "metric_at_least:accuracy",
    "metric_at_least:accuracy=",
    "metric_at_least:=0.9", "metric_at_least:accuracy=high", "metric_at_least:accuracy=NaN",
    "metric_at_least:accuracy=inf",
    "metric_at_least:accuracy=1e400", "metric_at_least:accuracy=0x1p3", "metric_at_least:accuracy=.9",
    "metric_at_least:accuracy= 0.9", "metric_at_most:loss", "no_regression:", "no_regression:accuracy",
    "no_regression:accuracy=better", "no_regression:accuracy=higher,", "allowed_owners", "allowed_owners:",
    "allowed_owners:a,", "allowed_owners:a, b", "allowed_owners:,", "allowed_base_models", "verified_attestation:",
    "verified_attestation:abc", "standard", "STANDARD:", "report-only:", "report-only:report-only:known_values",
  ]) func whatIsNoRuleIsToldAndNeverSatisfied(text: String) throws {
    let profile = IntegrityProfile([text])
    #expect(profile.problems.count == 1)
    let report = profile.report(on: ModelPapers(try Papers.result(provenance: Papers.complete)))
    let judged = report.results + report.reportOnly
    #expect(judged.count == 1 && judged.allSatisfy { !$0.passed && !$0.message.isEmpty })
    #expect(report.passed == text.hasPrefix("report-only:"))
  }

  static let sound: [(String, IntegrityRule)] = [
    ("require_weights_hash", .requireWeightsHash), ("max_risk_level", .maxRiskLevel(.medium)),
    ("max_risk_level:critical", .maxRiskLevel(.critical)), ("known_values", .knownValues),
    ("metric_at_least:accuracy=0.9", .metricAtLeast(name: "accuracy", bound: 0.9)),
    ("metric_at_least:f1=macro=-1e-3", .metricAtLeast(name: "f1=macro", bound: -0.001)),
    ("metric_at_most:val:loss=0", .metricAtMost(name: "val:loss", bound: 0)),
    (
      "no_regression",
      .noRegression([.init(name: "accuracy", better: .higher), .init(name: "loss", better: .lower)])
    ),
    ("no_regression:f1=higher", .noRegression([.init(name: "f1", better: .higher)])),
    ("allowed_owners:risk team,ml", .allowedOwners(["risk team", "ml"])),
    ("allowed_base_models:org/phi3:v2,none", .allowedBaseModels(["org/phi3:v2", "none"])),
    ("verified_attestation", .verifiedAttestation([])),
  ]

  @Test(arguments: sound) func aRuleAndItsParameter(text: String, rule: IntegrityRule) throws {
    #expect(try IntegrityRule(text) == rule)
    #expect(IntegrityProfile([text]).problems.isEmpty)
  }

  @Test func keysStandInThePolicyAsHex() throws {
    let key = try #require(Papers.vectorsKey).publicKey
    #expect(try IntegrityRule("verified_attestation:\(key.hex)") == .verifiedAttestation([key]))
    #expect(throws: RuleSyntaxError.self) { try IntegrityRule("verified_attestation:\(key.hex.uppercased())") }
    #expect(throws: RuleSyntaxError.self) {
      try IntegrityRule("verified_attestation:" + String(repeating: "00", count: 32))
    }
  }

  @Test func tooManyNamesAreNoRule() throws {
    let names = (0..<65).map { "o\($0)" }
    #expect(throws: RuleSyntaxError.self) { try IntegrityRule("allowed_owners:\(names.joined(separator: ","))") }
    _ = try IntegrityRule("allowed_owners:\(names.dropLast().joined(separator: ","))")
  }

  @Test func setsStandForTheirRulesAndNothingIsJudgedTwice() throws {
    let profile = IntegrityProfile([
      "STANDARD", "REGULATED", "require_risk_level", "report-only:STANDARD", "known_values",
    ])
    let report = profile.report(on: ModelPapers(try Papers.result(provenance: Papers.complete)))
    #expect(
      report.results.map(\.policyName) == [
        "require_weights_hash", "require_governance_tier", "require_base_model", "require_risk_level", "max_risk_level",
        "require_attestation", "known_values",
      ])
    #expect(
      report.reportOnly.map(\.policyName) == ["require_weights_hash", "require_governance_tier", "require_base_model"])
  }

  @Test func onlyNoRegressionNeedsTheVersionApprovedNow() {
    #expect(IntegrityProfile(["REGULATED", "metric_at_least:a=1"]).comparesVersions == false)
    #expect(IntegrityProfile(["report-only:no_regression"]).comparesVersions)
  }
}
