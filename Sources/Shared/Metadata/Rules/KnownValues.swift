import Signing
import Wire

/// Values outside upstream's enumerations, which upstream itself takes for documentation.
enum KnownValues {
  private static let modelTypes = [
    "base", "lora_adapter", "onnx_edge", "federated", "heuristic", "quantized", "distilled", "merged",
  ]
  private static let relations = ["fine_tuned", "adapter", "quantized", "distilled", "merged"]

  private static let ofProvenance: [(ModelProvenance.Field, [String])] = [
    (.modelType, modelTypes), (.governanceTier, ["standard", "regulated", "restricted"]),
    (.riskLevel, IntegrityRule.RiskLevel.allCases.map(\.rawValue)),
    (.hashAlgorithm, HashAlgorithm.allCases.map(\.rawValue)),
    (.attestationMethod, ["self-declared", "hmac-sha256", "ed25519", "ecdsa-p256"]),
  ]
  private static let ofCard: [(String, [String])] = [
    ("model_type", CardModelType.allCases.map(\.rawValue)), ("risk_level", CardRiskLevel.allCases.map(\.rawValue)),
    ("status", CardStatus.allCases.map(\.rawValue)),
  ]

  /// Nil when every value that is given is known, spelt exactly so; else all that are not.
  static func problem(_ papers: ModelPapers) -> String? {
    var problems: [String] = []
    for (name, paper) in papers.papers {
      let fields = name == ModelPapers.card ? ofCard : ofProvenance.map { ($0.rawValue, $1) }
      problems += fields.compactMap { field, known in problem("\(name).\(field)", paper[field], known) }
    }
    problems += lineageProblems(papers.lineage ?? [])
    return problems.isEmpty ? nil : problems.joined(separator: ", ")
  }

  private static func lineageProblems(_ nodes: [JSONValue]) -> [String] {
    for (index, node) in nodes.enumerated() {
      // Upstream names a model's type where it knows no relation.
      if let problem = problem("lineage[\(index)].relation", node.object?["relation"], relations + modelTypes) {
        return [problem]
      }
    }
    return []
  }

  private static func problem(_ name: String, _ value: JSONValue?, _ known: [String]) -> String? {
    guard let value, !value.isNull, value.string != "" else { return nil }
    guard let text = value.string else { return "\(name) is \(value.kindName), no text" }
    guard !known.contains(where: { $0.hasSameBytes(as: text) }) else { return nil }
    return "\(name) \(text.clipped(64)) is none of \(known.joined(separator: ", "))"
  }
}
