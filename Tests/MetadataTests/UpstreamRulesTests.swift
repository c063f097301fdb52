import Attestations
import Signing
import Testing
import Wire

@testable import Metadata

/// The six rules of `sm_integrity`, its sets and its report.
@Suite struct UpstreamRulesTests {
  static let regulated = IntegrityProfile.sets["REGULATED"] ?? []

  private func failed(_ rules: [String], _ result: TrainingResult) -> [String] {
    Papers.report(rules, result).failures.map(\.policyName)
  }

  @Test func completeProvenancePassesAllSix() throws {
    let report = Papers.report(["REGULATED"], try Papers.result(provenance: Papers.complete))
    #expect(report.passed && report.results.count == 6)
    #expect(report.results.map(\.policyName) == Self.regulated && report.provenanceID == "phi3-mini")
  }

  @Test func bareOutputFailsEachRuleThatAsksForPapers() throws {
    let expected = ["require_governance_tier", "require_risk_level", "max_risk_level", "require_attestation"]
    #expect(failed(["REGULATED"], try Papers.result()) == expected)
  }

  @Test func unknownRuleFailsClosedAndIsNamed() throws {
    let failure = Papers.failure("require_magic", try Papers.result(provenance: Papers.complete))
    #expect(failure?.contains("require_magic") == true)
  }

  @Test func noRulesPassVacuously() throws {
    #expect(Papers.report([], try Papers.result()).passed)
  }

  @Test(arguments: ["low", "medium", "LOW", "Medium"]) func riskUpToMediumPasses(level: String) throws {
    #expect(failed(["max_risk_level"], try Papers.result(card: ["risk_level": .string(level)])).isEmpty)
  }

  @Test(arguments: ["high", "critical", "CRITICAL", "negligible", "", " low"]) func otherRiskFails(level: String) throws
  {
    let result = try Papers.result(card: ["risk_level": .string(level)])
    #expect(failed(["max_risk_level"], result) == ["max_risk_level"])
  }

  @Test(arguments: [("low", "low"), ("high", "high"), ("critical", "critical")])
  func theHighestRiskIsWhatThePolicySays(maximum: String, level: String) throws {
    let result = try Papers.result(card: ["risk_level": .string(level)])
    #expect(failed(["max_risk_level:\(maximum)"], result).isEmpty)
    let worse = try Papers.result(card: ["risk_level": level == "low" ? "medium" : "worst"])
    #expect(failed(["max_risk_level:\(maximum)"], worse).count == 1)
  }

  @Test(arguments: ["lora_adapter", "adapter", "fine_tuned"]) func derivedModelNeedsItsBase(type: String) throws {
    let bare = try Papers.result(card: ["model_type": .string(type)])
    #expect(failed(["require_base_model"], bare) == ["require_base_model"])
    let named = try Papers.result(card: ["model_type": .string(type), "base_model": "phi3"])
    #expect(failed(["require_base_model"], named).isEmpty)
  }

  @Test func baseModelIsNotAskedOfOtherTypes() throws {
    #expect(failed(["require_base_model"], try Papers.result(card: ["model_type": "heuristic"])).isEmpty)
  }

  @Test func provenanceComesBeforeTheCardAndTheCardFillsItsGaps() throws {
    let mixed = try Papers.result(
      card: ["risk_level": "low", "governance_tier": "standard"], provenance: ["risk_level": "high"])
    let provenance = ModelPapers(mixed).provenance
    #expect(provenance[.riskLevel] == "high" && provenance[.governanceTier] == "standard")
  }

  @Test func valueThatIsNoTextCountsAsAbsent() throws {
    let strange = try Papers.result(provenance: [
      "governance_tier": 5, "risk_level": ["low"], "attestation_method": true,
    ])
    #expect(failed(["REGULATED"], strange).count == 4)
  }

  @Test func reportHasUpstreamsShape() throws {
    let fields = Papers.report(["require_weights_hash", "require_magic"], try Papers.result()).fields
    #expect(fields.members.map(\.key) == ["provenance_id", "passed", "results", "failures"])
    #expect(fields["results"]?.array?.count == 2)
    #expect(fields["failures"]?.array?.first?.object?.members.map(\.key) == ["policy_name", "passed", "message"])
  }

  @Test func aDryRunReportsAndDoesNotRefuse() throws {
    let report = Papers.report(["require_weights_hash", "report-only:require_risk_level"], try Papers.result())
    #expect(report.passed && report.failures.isEmpty)
    #expect(report.reportOnly.map(\.passed) == [false])
    #expect(report.fields["report_only"]?.array?.first?.object?["policy_name"] == "require_risk_level")
  }
}
