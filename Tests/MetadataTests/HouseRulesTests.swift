import Attestations
import Signing
import TestSupport
import Testing
@testable import Wire

@testable import Metadata

/// Our own rules, where upstream accepts nonsense.
@Suite struct HouseRulesTests {
  // MARK: Metrics

  static let hostileMetrics: [JSONObject] = [
    [:], ["Accuracy": 1], ["accuracy": "0.99"], ["accuracy": .null], ["accuracy": true],
    ["accuracy": .number(JSONNumber(checkedForTests: "1e400"))],
    ["accuracy": .number(JSONNumber(checkedForTests: "NaN"))],
  ]

  @Test(arguments: hostileMetrics) func aMetricThatIsNoFiniteNumberSatisfiesNoBound(metrics: JSONObject) throws {
    let result = try Papers.result(metrics: metrics)
    for rule in ["metric_at_least:accuracy=0", "metric_at_most:accuracy=1e300"] {
      #expect(Papers.failure(rule, result)?.contains("no metric accuracy") == true)
    }
    let approved = JudgingContext(approved: .present(name: "approval:1", metrics: ["accuracy": 0]))
    #expect(Papers.failure("no_regression:accuracy=lower", result, approved) != nil)
  }

  @Test func boundsAreInclusive() throws {
    let result = try Papers.result(metrics: ["accuracy": .number(try #require(JSONNumber(0.9)))])
    #expect(Papers.failure("metric_at_least:accuracy=0.9", result) == nil)
    #expect(Papers.failure("metric_at_most:accuracy=0.9", result) == nil)
    #expect(Papers.failure("metric_at_least:accuracy=0.91", result) == "accuracy is 0.9, below 0.91")
    #expect(Papers.failure("metric_at_most:accuracy=0.89", result) == "accuracy is 0.9, above 0.89")
  }

  private func context(_ metrics: JSONObject) -> JudgingContext {
    JudgingContext(approved: .present(name: "approval:1", metrics: metrics))
  }

  @Test func nothingApprovedYetIsNoRegressionAndSaysSo() throws {
    let report = Papers.report(["no_regression"], try Papers.result(), JudgingContext(approved: .absent))
    #expect(report.passed && report.results[0].message.contains("no version of this model is approved"))
  }

  @Test func anUnknownApprovedVersionIsNotTakenForNone() throws {
    #expect(Papers.failure("no_regression", try Papers.result(metrics: ["accuracy": 1]))?.contains("not known") == true)
  }

  @Test func aWorseMetricIsARegression() throws {
    let better = try Papers.result(metrics: ["accuracy": 2, "loss": 1])
    #expect(Papers.failure("no_regression", better, context(["accuracy": 2, "loss": 1])) == nil)
    #expect(
      Papers.failure("no_regression", better, context(["accuracy": 3, "loss": 1]))
        == "accuracy is 2.0, worse than the 3.0 of approval:1")
    #expect(
      Papers.failure("no_regression", better, context(["accuracy": 1, "loss": 0]))?.hasPrefix("loss is 1.0") == true)
    #expect(Papers.failure("no_regression:loss=higher", better, context(["loss": 0])) == nil)
  }

  @Test func aMetricThatIsNoLongerThereIsARegression() throws {
    let silent = try Papers.result(metrics: ["accuracy": 1])
    #expect(
      Papers.failure("no_regression", silent, context(["accuracy": 1, "loss": 1]))?.contains("no metric loss") == true)
    #expect(Papers.failure("no_regression", silent, context(["f1": 1])) == nil)
  }

  @Test(arguments: ["NaN", "1e400"]) func anApprovedVersionOfNonsenseIsNotCompared(literal: String) throws {
    let nonsense: JSONObject = ["accuracy": .number(JSONNumber(checkedForTests: literal))]
    let failure = Papers.failure("no_regression", try Papers.result(metrics: ["accuracy": 1]), context(nonsense))
    #expect(failure == "accuracy of approval:1 is no finite number")
  }

  // MARK: Owners and bases

  @Test func ownersAndBasesAreComparedByteForByte() throws {
    let card: JSONObject = ["owner": "caf\u{e9}", "base_model": "phi3"]
    let result = try Papers.result(card: card)
    #expect(Papers.failure("allowed_owners:ml,caf\u{e9}", result) == nil)
    #expect(Papers.failure("allowed_owners:ml,cafe\u{301}", result)?.contains("is none of") == true)
    #expect(Papers.failure("allowed_owners:ml", try Papers.result()) == "the card names no owner")
    #expect(Papers.failure("allowed_owners:ml", try Papers.result(card: ["owner": ["ml"]])) != nil)
    #expect(Papers.failure("allowed_base_models:phi3,none", result) == nil)
    #expect(Papers.failure("allowed_base_models:phi", result)?.contains("phi3") == true)
  }

  @Test func everyPaperMustNameAnAllowedBase() throws {
    let result = try Papers.result(card: ["base_model": "stolen"], provenance: ["base_model": "phi3"])
    #expect(Papers.failure("allowed_base_models:phi3", result)?.contains("stolen") == true)
  }

  @Test func noBaseIsAllowedOnlyWhereThePolicySaysSo() throws {
    #expect(Papers.failure("allowed_base_models:phi3", try Papers.result()) != nil)
    #expect(Papers.failure("allowed_base_models:phi3,none", try Papers.result()) == nil)
    #expect(Papers.failure("allowed_base_models:none", try Papers.result(card: ["base_model": "none"])) != nil)
  }

  // MARK: Values and hashes

  @Test(arguments: [
    (#"{"model_type": "base"}"#, "card.model_type"), (#"{"status": "live"}"#, "card.status"),
    (#"{"risk_level": "critical"}"#, "card.risk_level"), (#"{"risk_level": 3}"#, "card.risk_level"),
    (#"{"status": "Shadow"}"#, "card.status"),
  ]) func aValueOutsideTheCardsEnumerationsIsNamed(text: String, field: String) throws {
    #expect(Papers.failure("known_values", try Papers.result(card: Papers.object(text)))?.hasPrefix(field) == true)
  }

  @Test(arguments: [
    (#"{"model_type": "adapter"}"#, "provenance.model_type"),
    (#"{"governance_tier": "secret"}"#, "provenance.governance_tier"),
    (#"{"risk_level": "LOW"}"#, "provenance.risk_level"), (#"{"hash_algorithm": "md5"}"#, "provenance.hash_algorithm"),
    (#"{"attestation_method": "trust me"}"#, "provenance.attestation_method"),
    (#"{"attestation_method": []}"#, "provenance.attestation_method"),
  ]) func aValueOutsideTheProvenancesEnumerationsIsNamed(text: String, field: String) throws {
    #expect(
      Papers.failure("known_values", try Papers.result(provenance: Papers.object(text)))?.hasPrefix(field) == true)
  }

  @Test func knownAndAbsentValuesPass() throws {
    #expect(Papers.failure("known_values", try Papers.result(provenance: Papers.complete)) == nil)
    #expect(Papers.failure("known_values", try Papers.result(card: ["status": "", "risk_level": .null])) == nil)
    let lineage: [JSONValue] = [["model_id": "phi3-mini", "relation": "begot"]]
    #expect(
      Papers.failure("known_values", try Papers.result(lineage: lineage))?.contains("lineage[0].relation") == true)
  }

  static let hex = Papers.weights.hex

  @Test(arguments: [
    hex.uppercased(), "sha256:\(hex)", String(hex.dropLast()), hex + "0", "\(hex) ", "abc123", "zz" + hex.dropFirst(2),
  ]) func aHashThatIsNoDigestIsRefused(text: String) throws {
    for (card, provenance) in [(["dataset_hash": .string(text)], [:]), ([:], ["weights_hash": .string(text)])]
      as [(JSONObject, JSONObject)]
    {
      #expect(Papers.failure("hash_is_digest", try Papers.result(card: card, provenance: provenance)) != nil)
    }
  }

  @Test func theFunctionOfAHashDecidesItsLength() throws {
    for function in HashAlgorithm.allCases {
      let hash = JSONValue.string(String(repeating: "ab", count: function.byteCount))
      let papers = ModelPapers(provenance: [
        "model_id": "m", "weights_hash": hash, "hash_algorithm": .string(function.rawValue),
      ])
      #expect(IntegrityProfile(["hash_is_digest"]).report(on: papers).passed)
    }
    let unknown = ModelPapers(provenance: ["model_id": "m", "weights_hash": "ab", "hash_algorithm": "md5"])
    #expect(!IntegrityProfile(["hash_is_digest"]).report(on: unknown).passed)
  }

  // MARK: Papers against each other

  @Test func papersThatContradictEachOtherAreRefused() throws {
    let result = try Papers.result(card: ["risk_level": "high"], provenance: ["risk_level": "low"])
    #expect(Papers.failure("consistent_papers", result) == "risk_level is low in provenance and high in card")
    #expect(
      Papers.failure("consistent_papers", try Papers.result(card: ["risk_level": ""], provenance: Papers.complete))
        == nil)
  }

  @Test func cardAndLineageAreHeldToTheirOwnRules() throws {
    #expect(Papers.failure("valid_card", try Papers.result(card: ["version": 0]))?.hasPrefix("card.version") == true)
    #expect(Papers.failure("valid_card", try Papers.result()) == nil)
    let ring: [JSONValue] = [["model_id": "phi3-mini", "parent_id": "phi3-mini"]]
    #expect(
      Papers.failure("valid_lineage", try Papers.result(lineage: ring))?.contains("phi3-mini descends from itself")
        == true)
    #expect(
      Papers.failure("valid_lineage", try Papers.result(lineage: [["model_id": "other"]]))?.contains("leads to other")
        == true)
    #expect(Papers.failure("valid_lineage", try Papers.result(lineage: [])) == "lineage: it is empty")
    #expect(Papers.failure("valid_lineage", try Papers.result(lineage: [["model_id": "phi3-mini"]])) == nil)
  }
}

extension JSONNumber {
  /// A literal that no parser of ours lets through: what a careless caller could still make.
  init(checkedForTests literal: String) { self.init(checked: literal) }
}
