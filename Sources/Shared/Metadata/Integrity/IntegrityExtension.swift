import Wire

/// `x_model_integrity`: what a NANDA agent's document says about the model behind the agent (UPSTREAM.md section 4).
package struct IntegrityExtension: Sendable, Equatable {
  package static let key = "x_model_integrity"

  package let provenance: ModelProvenance
  package let lineage: ModelLineage?
  package let attestation: ProvenanceAttestation?
  /// A report of rules, or the facts of an approval. It travels with the rest and is signed by nobody.
  package let governance: JSONObject?

  package init(
    provenance: ModelProvenance, lineage: ModelLineage? = nil, attestation: ProvenanceAttestation? = nil,
    governance: JSONObject? = nil
  ) {
    self.provenance = provenance
    self.lineage = lineage
    self.attestation = attestation
    self.governance = governance
  }

  /// Reads the extension of an agent's document. `governance` is left behind, as upstream leaves it: only signatures tell what was
  /// approved.
  ///
  /// - Returns: nil for a document without one.
  /// - Throws: `FieldError` for an extension that is none.
  package static func extract(from agent: JSONObject) throws(FieldError) -> IntegrityExtension? {
    guard let value = agent[key], !value.isNull else { return nil }
    var reader = try ObjectReader(value, key)
    let provenance = try ModelProvenance(reader.object("provenance"), as: .integrity)
    let lineage = try reader.optionalArray("lineage", maximum: ModelLineage.maximumNodeCount)
    let attestation = try reader.optionalObject("attestation")
    return IntegrityExtension(
      provenance: provenance, lineage: try lineage.map { items throws(FieldError) in try ModelLineage(items) },
      attestation: try attestation.map { object throws(FieldError) in try ProvenanceAttestation(object) })
  }

  package var fields: JSONObject {
    var object: JSONObject = ["provenance": .object(provenance.dictionary(.integrity))]
    if let lineage { object.append("lineage", lineage.json) }
    if let attestation { object.append("attestation", .object(attestation.fields)) }
    if let governance { object.append("governance", .object(governance)) }
    return object
  }

  /// The agent's document with this extension, in the place of any it had.
  ///
  /// - Parameter includingProvenance: adds `x_model_provenance`, which older readers look for.
  package func attached(to agent: JSONObject, includingProvenance: Bool = false) -> JSONObject {
    let document = agent.setting(Self.key, to: .object(fields))
    guard includingProvenance else { return document }
    return document.setting(ModelProvenance.extensionKey, to: .object(provenance.dictionary(.integrity)))
  }
}

extension JSONObject {
  /// One member replaced where it stands, or added at the end.
  fileprivate func setting(_ key: String, to value: JSONValue) -> JSONObject {
    var object: JSONObject = [:]
    for member in members { object.append(member.key, member.key.hasSameBytes(as: key) ? value : member.value) }
    if self[key] == nil { object.append(key, value) }
    return object
  }
}
