/// The integrity rules that a profile of the policy may name: the six of the public `sm_integrity` 0.2.0, by their names there
/// (UPSTREAM.md section 4).
package enum IntegrityRule: String, Sendable, CaseIterable {
  case requireWeightsHash = "require_weights_hash"
  case requireGovernanceTier = "require_governance_tier"
  case requireRiskLevel = "require_risk_level"
  case requireAttestation = "require_attestation"
  /// At most `medium`, which is upstream's default.
  case maxRiskLevel = "max_risk_level"
  case requireBaseModel = "require_base_model"

  private static let riskLevels = ["low", "medium", "high", "critical"]
  private static let maximumRisk = "medium"
  /// Types of models that are made from another one.
  private static let derivedTypes = ["lora_adapter", "adapter", "fine_tuned"]

  /// Nil when `provenance` satisfies this rule, else what is missing.
  func problem(_ provenance: ModelProvenance) -> String? {
    switch self {
    case .requireWeightsHash: missing(provenance.weightsHash, "weights_hash")
    case .requireGovernanceTier: missing(provenance.governanceTier, "governance_tier")
    case .requireRiskLevel: missing(provenance.riskLevel, "risk_level")
    case .requireAttestation: missing(provenance.attestationMethod, "attestation_method")
    case .maxRiskLevel: excessiveRisk(provenance.riskLevel)
    case .requireBaseModel:
      Self.derivedTypes.contains(provenance.modelType) ? missing(provenance.baseModel, "base_model") : nil
    }
  }

  private func missing(_ text: String, _ field: String) -> String? {
    text.isEmpty ? "the provenance and the card leave \(field) empty" : nil
  }

  private func excessiveRisk(_ level: String) -> String? {
    let maximum = Self.riskLevels.firstIndex(of: Self.maximumRisk) ?? 0
    guard let rank = Self.riskLevels.firstIndex(of: level.lowercased()) else {
      let known = Self.riskLevels.joined(separator: ", ")
      return level.isEmpty ? "risk_level is empty" : "risk_level \(level.prefix(64)) is none of \(known)"
    }
    return rank <= maximum ? nil : "risk_level \(level) is above \(Self.maximumRisk)"
  }
}
