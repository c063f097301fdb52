import Attestations
import Signing
import Wire

/// Where a model comes from, in the fields that two public packages give it. Their values are kept as they were given, so that each
/// package's own shape can be written again; what is judged are the texts.
package struct ModelProvenance: Sendable, Equatable {
  package enum Field: String, CaseIterable, Sendable {
    case modelID = "model_id"
    case modelVersion = "model_version"
    case providerID = "provider_id"
    case modelType = "model_type"
    case baseModel = "base_model"
    case governanceTier = "governance_tier"
    case weightsHash = "weights_hash"
    case riskLevel = "risk_level"
    case hashAlgorithm = "hash_algorithm"
    case createdAt = "created_at"
    case attestationMethod = "attestation_method"
  }

  /// Absent means the default, an empty text.
  private var values: [Field: JSONValue]

  package init(_ texts: [Field: String]) { values = texts.mapValues(JSONValue.string) }

  /// Reads what `format`'s `from_dict` reads; unknown keys are passed over, as there.
  ///
  /// - Throws: `FieldError` where the package raises: no `model_id`, or for `sm_model_provenance` one that is empty.
  package init(_ object: JSONObject, as format: ProvenanceFormat) throws(FieldError) {
    guard let modelID = object["model_id"] else { throw FieldError("provenance.model_id", "is missing") }
    guard !format.requiresModelID || !modelID.isFalsy else {
      throw FieldError("provenance.model_id", "must not be empty")
    }
    values = [:]
    for field in format.fields { values[field] = object[field.rawValue] }
  }

  /// The text of a field; empty when it was not given, or is no text.
  package subscript(field: Field) -> String { values[field]?.string ?? "" }

  /// Fields that hold something other than a text.
  package var fieldsThatAreNoText: [Field] {
    Field.allCases.filter { field in values[field].map { $0.string == nil } ?? false }
  }

  mutating func set(_ field: Field, _ text: String) { values[field] = .string(text) }
}

// What the packages write.
extension ModelProvenance {
  package static let extensionKey = "x_model_provenance"

  /// The package's `to_dict`.
  package func dictionary(_ format: ProvenanceFormat) -> JSONObject {
    var object: JSONObject = [:]
    for field in format.fields {
      let value = values[field] ?? ""
      if !format.omits(value) { object.append(field.rawValue, value) }
    }
    return object
  }

  /// For AgentFacts: `{"x_model_provenance": {…}}`.
  package func agentFactsExtension(
    _ format: ProvenanceFormat = .provenance, key: String = extensionKey
  ) -> JSONObject {
    JSONObject(dictionaryLiteral: (key, .object(dictionary(format))))
  }

  /// For an AgentCard: `{"model_info": {…}}`.
  package func agentCardMetadata(_ format: ProvenanceFormat = .provenance) -> JSONObject {
    ["model_info": .object(dictionary(format))]
  }

  /// What accompanies a decision: which model, of which version and provider, as far as that is known.
  package var decisionFields: JSONObject {
    var object: JSONObject = [:]
    for field in [Field.modelID, .modelVersion, .providerID] {
      if let value = values[field], !value.isFalsy { object.append(field.rawValue, value) }
    }
    return object
  }

  /// The form that attestations are made of.
  package var canonical: CanonicalProvenance {
    CanonicalProvenance(canonicalJSON: NandaCanonicalJSON.encode(.object(dictionary(.integrity))))
  }
}
