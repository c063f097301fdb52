import Attestations
import Foundation
import Signing
import Testing
import Wire

@testable import Metadata

/// What the tests of this module say of models.
enum Papers {
  static let weights = Digest(hashing: [1, 2, 3])

  /// Every field that the rules of upstream ask for.
  static let complete: JSONObject = [
    "model_id": "phi3-mini", "weights_hash": .string(weights.hex), "governance_tier": "regulated",
    "risk_level": "medium",
    "attestation_method": "ed25519", "model_type": "lora_adapter", "base_model": "phi3",
  ]

  static func result(
    card: JSONObject = [:], provenance: JSONObject? = nil, metrics: JSONObject = [:], metadata: JSONObject = [:],
    lineage: [JSONValue]? = nil
  ) throws -> TrainingResult {
    TrainingResult(
      modelID: try #require(ModelID("phi3-mini")), weightsHash: weights, weightsKind: .file, card: card,
      metrics: metrics, correlationID: try #require(CorrelationID("run-1")), metadata: metadata, provenance: provenance,
      lineage: lineage)
  }

  static func report(
    _ rules: [String], _ result: TrainingResult, _ context: JudgingContext = JudgingContext()
  ) -> IntegrityReport {
    IntegrityProfile(rules).report(on: ModelPapers(result), in: context)
  }

  /// Why `result` fails `rule` alone; nil when it does not.
  static func failure(
    _ rule: String, _ result: TrainingResult, _ context: JudgingContext = JudgingContext()
  ) -> String? {
    report([rule], result, context).failures.first?.message
  }

  static func object(_ text: String) throws -> JSONObject {
    try #require(try StrictJSON.parse(Array(text.utf8)).object)
  }

  /// Tests/Vectors/upstream.json.
  static let vectors: JSONObject = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = (try? Data(contentsOf: folder.appendingPathComponent("Vectors/upstream.json"))) ?? Data()
    return (try? StrictJSON.parse(Array(data)))?.object ?? [:]
  }()

  static let vectorsKey: SecretKey? = {
    guard var seed = vectors["ed25519_seed_hex"]?.string.flatMap({ Hex.decode($0) }) else { return nil }
    return try? SecretKey(seed: &seed)
  }()
}
