import Attestations
import Signing
import Wire

/// A model card in the 21 fields of the public `sm_model_card` 0.2.0 (UPSTREAM.md section 3). A value that exists is valid: what
/// upstream's constructor refuses is refused here when the card is read.
package struct ModelCard: Sendable, Equatable {
  package let cardID: String
  package let modelID: String
  /// From 1.
  package let version: Int
  package let modelType: CardModelType
  package let owner: String
  package let baseModel: String
  package let architecture: String
  package let profileTags: [String]
  package let allowedProfiles: [String]
  package let riskLevel: CardRiskLevel
  /// As given: upstream puts no form on it. The rule `hash_is_digest` does.
  package let weightsHash: String?
  package let datasetID: String?
  package let datasetHash: String?
  /// Rows, from 0.
  package let datasetSize: Int
  /// Name to finite number.
  package let metrics: JSONObject
  package internal(set) var status: CardStatus
  package let createdAt: NandaTime
  package let approvedBy: String?
  package let shadowUntil: NandaTime?
  package let correlationID: String?
  package let baseManifestID: String?

  /// Whether software may serve the model by this card. `shadow_until` has no say in it, as upstream has it.
  package var isServable: Bool { status == .ready || status == .shadow }
  package var isShadow: Bool { status == .shadow }
  /// `MODEL:vN`.
  package var versionKey: String { "\(modelID):v\(version)" }

  /// The same card one step on in its life.
  ///
  /// - Throws: `FieldError` for a step that the life of a card does not have, or one onto the spot.
  package func transitioned(to next: CardStatus) throws(FieldError) -> ModelCard {
    guard status.successors.contains(next) else {
      let allowed = status.successors.map(\.rawValue).joined(separator: ", ")
      throw FieldError(
        "card.status",
        "cannot go from \(status.rawValue) to \(next.rawValue); "
          + (allowed.isEmpty ? "\(status.rawValue) is the end" : "it can go to \(allowed)"))
    }
    var card = self
    card.status = next
    return card
  }
}

// What upstream writes.
extension ModelCard {
  /// All 21 keys in upstream's order, nulls emitted.
  package var fields: JSONObject {
    [
      "card_id": .string(cardID), "model_id": .string(modelID), "version": .init(version),
      "model_type": .string(modelType.rawValue), "owner": .string(owner), "base_model": .string(baseModel),
      "architecture": .string(architecture), "profile_tags": .init(profileTags),
      "allowed_profiles": .init(allowedProfiles), "risk_level": .string(riskLevel.rawValue),
      "weights_hash": .init(weightsHash), "dataset_id": .init(datasetID), "dataset_hash": .init(datasetHash),
      "dataset_size": .init(datasetSize), "metrics": .object(metrics), "status": .string(status.rawValue),
      "created_at": .string(createdAt.text), "approved_by": .init(approvedBy),
      "shadow_until": .init(shadowUntil?.text), "correlation_id": .init(correlationID),
      "base_manifest_id": .init(baseManifestID),
    ]
  }

  /// The text of upstream's `to_json`.
  package var indentedJSON: String { NandaIndentedJSON.text(.object(fields)) }
}
