import Attestations
import Signing
import Testing
import Wire

@testable import Metadata

@Suite struct IntegrityRulesTests {
  static let regulated = IntegrityRule.allCases.map(\.rawValue)

  private func result(card: JSONObject = [:], provenance: JSONObject? = nil) throws -> TrainingResult {
    TrainingResult(
      modelID: try #require(ModelID("phi3-mini")), weightsHash: Digest(hashing: [1, 2, 3]), weightsKind: .file,
      card: card,
      correlationID: try #require(CorrelationID("run-1")), provenance: provenance)
  }

  private func failed(_ names: [String], _ result: TrainingResult) -> [String] {
    IntegrityRules.evaluate(names: names, result: result).failures.map(\.policyName)
  }

  private let complete: JSONObject = [
    "governance_tier": "regulated", "risk_level": "medium", "attestation_method": "ed25519",
    "model_type": "lora_adapter",
    "base_model": "phi3",
  ]

  @Test func completeProvenancePassesAllSix() throws {
    let report = IntegrityRules.evaluate(names: Self.regulated, result: try result(provenance: complete))
    #expect(report.passed)
    #expect(report.results.map(\.policyName) == Self.regulated)
    #expect(report.provenanceID == "phi3-mini")
  }

  @Test func bareOutputFailsEachRuleThatAsksForPapers() throws {
    let expected = ["require_governance_tier", "require_risk_level", "require_attestation", "max_risk_level"]
    #expect(failed(Self.regulated, try result()) == expected)
  }

  @Test func unknownRuleFailsClosedAndIsNamed() throws {
    let report = IntegrityRules.evaluate(names: ["require_magic"], result: try result(provenance: complete))
    #expect(!report.passed)
    #expect(report.failures.first?.message.contains("require_magic") == true)
  }

  @Test func noRulesPassVacuously() throws {
    #expect(IntegrityRules.evaluate(names: [], result: try result()).passed)
  }

  @Test(arguments: ["low", "medium", "LOW", "Medium"]) func riskUpToMediumPasses(level: String) throws {
    #expect(failed(["max_risk_level"], try result(card: ["risk_level": .string(level)])).isEmpty)
  }

  @Test(arguments: ["high", "critical", "CRITICAL", "negligible", "", " low"]) func otherRiskFails(level: String) throws
  {
    #expect(failed(["max_risk_level"], try result(card: ["risk_level": .string(level)])) == ["max_risk_level"])
  }

  @Test(arguments: ["lora_adapter", "adapter", "fine_tuned"]) func derivedModelNeedsItsBase(type: String) throws {
    #expect(failed(["require_base_model"], try result(card: ["model_type": .string(type)])) == ["require_base_model"])
    let named: JSONObject = ["model_type": .string(type), "base_model": "phi3"]
    #expect(failed(["require_base_model"], try result(card: named)).isEmpty)
  }

  @Test func baseModelIsNotAskedOfOtherTypes() throws {
    #expect(failed(["require_base_model"], try result(card: ["model_type": "heuristic"])).isEmpty)
  }

  @Test func provenanceComesBeforeTheCardAndTheCardFillsItsGaps() throws {
    let mixed = try result(
      card: ["risk_level": "low", "governance_tier": "standard"], provenance: ["risk_level": "high"])
    let provenance = ModelProvenance(mixed)
    #expect(provenance.riskLevel == "high")
    #expect(provenance.governanceTier == "standard")
  }

  @Test func papersCannotNameOtherWeights() throws {
    let other = String(repeating: "0", count: 64)
    let provenance = ModelProvenance(
      try result(card: ["weights_hash": .string(other)], provenance: ["weights_hash": ""]))
    #expect(provenance.weightsHash == Digest(hashing: [1, 2, 3]).hex)
  }

  @Test func valueThatIsNoTextCountsAsAbsent() throws {
    let strange = try result(provenance: ["governance_tier": 5, "risk_level": ["low"], "attestation_method": true])
    #expect(failed(Self.regulated, strange).count == 4)
  }

  @Test func reportHasUpstreamsShape() throws {
    let fields = IntegrityRules.evaluate(names: ["require_weights_hash", "require_magic"], result: try result()).fields
    #expect(fields.members.map(\.key) == ["provenance_id", "passed", "results", "failures"])
    #expect(fields["results"]?.array?.count == 2)
    #expect(fields["failures"]?.array?.first?.object?.members.map(\.key) == ["policy_name", "passed", "message"])
  }
}
