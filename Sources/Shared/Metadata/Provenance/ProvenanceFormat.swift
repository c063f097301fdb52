import Wire

/// The two public packages that have a `ModelProvenance`, and where they differ.
package enum ProvenanceFormat: Sendable {
  /// `sm_model_provenance` 0.2.0 (UPSTREAM.md section 2): eight fields, leaves out only "".
  case provenance
  /// `sm_integrity` 0.2.0 (section 4): eleven fields, leaves out everything that Python takes for false.
  case integrity

  var fields: [ModelProvenance.Field] {
    switch self {
    case .provenance:
      [
        .modelID, .modelVersion, .providerID, .modelType, .baseModel, .governanceTier, .weightsHash, .riskLevel,
      ]
    case .integrity: ModelProvenance.Field.allCases
    }
  }

  var requiresModelID: Bool { self == .provenance }

  func omits(_ value: JSONValue) -> Bool {
    switch self {
    case .provenance: value.string?.isEmpty == true
    case .integrity: value.isFalsy
    }
  }
}

extension JSONValue {
  /// What Python takes for false.
  var isFalsy: Bool {
    switch self {
    case .null: true
    case .bool(let flag): !flag
    case .number(let number): number.double == 0
    case .string(let text): text.isEmpty
    case .array(let items): items.isEmpty
    case .object(let object): object.isEmpty
    }
  }
}
