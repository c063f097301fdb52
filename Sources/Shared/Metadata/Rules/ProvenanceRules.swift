import Wire

// The six rules of upstream, as upstream decides them.
extension IntegrityRule {
  /// Types of models that are made from another one.
  private static let derivedTypes = ["lora_adapter", "adapter", "fine_tuned"]

  /// Nil when `provenance` satisfies this rule, else what is missing.
  func problem(_ provenance: ModelProvenance) -> String? {
    switch self {
    case .requireWeightsHash: missing(.weightsHash, provenance)
    case .requireGovernanceTier: missing(.governanceTier, provenance)
    case .requireRiskLevel: missing(.riskLevel, provenance)
    case .requireAttestation: missing(.attestationMethod, provenance)
    case .maxRiskLevel(let maximum): excessiveRisk(provenance[.riskLevel], maximum)
    case .requireBaseModel:
      Self.derivedTypes.contains(provenance[.modelType]) ? missing(.baseModel, provenance) : nil
    default: nil
    }
  }

  private func missing(_ field: ModelProvenance.Field, _ provenance: ModelProvenance) -> String? {
    provenance[field].isEmpty
      ? "the provenance and the card leave \(field.rawValue) empty; name it in one of them" : nil
  }

  private func excessiveRisk(_ level: String, _ maximum: RiskLevel) -> String? {
    let levels = RiskLevel.allCases
    guard let given = RiskLevel(rawValue: level.lowercased()), let rank = levels.firstIndex(of: given) else {
      let known = levels.map(\.rawValue).joined(separator: ", ")
      return level.isEmpty
        ? "risk_level is empty; say which of \(known) it is" : "risk_level \(level.clipped(64)) is none of \(known)"
    }
    let highest = levels.firstIndex(of: maximum) ?? 0
    return rank <= highest ? nil : "risk_level \(given.rawValue) is above \(maximum.rawValue)"
  }
}
