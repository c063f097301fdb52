import Attestations
import Signing
import Wire

/// What a training result says of where its model comes from, in the fields of the public `sm_integrity` 0.2.0 that its rules ask
/// about. An absent text is empty, as there.
package struct ModelProvenance: Sendable, Equatable {
  package let modelID: String
  package let modelType: String
  package let baseModel: String
  package let governanceTier: String
  package let riskLevel: String
  package let attestationMethod: String
  package let weightsHash: String

  /// Takes each field from the `provenance` object, or from the card where that says nothing. The model and the digest of its
  /// weights are always the result's own: papers cannot name others.
  package init(_ result: TrainingResult) {
    let papers = [result.provenance ?? [:], result.card]
    modelID = result.modelID.text
    modelType = Self.text("model_type", papers)
    baseModel = Self.text("base_model", papers)
    governanceTier = Self.text("governance_tier", papers)
    riskLevel = Self.text("risk_level", papers)
    attestationMethod = Self.text("attestation_method", papers)
    weightsHash = result.weightsHash.hex
  }

  /// What is not a text says nothing: a rule that asks for it fails.
  private static func text(_ key: String, _ papers: [JSONObject]) -> String {
    papers.lazy.compactMap { $0[key]?.string }.first { !$0.isEmpty } ?? ""
  }
}
