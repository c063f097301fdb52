import Attestations
import Signing
import Wire

/// Everything that is said of one model, which is what the rules judge. What the papers say are claims of their author; the model and
/// the digest of its weights are what is being approved, and no paper can name others.
package struct ModelPapers: Sendable {
  /// The fields of all papers taken together: the first paper that says something wins, and the identity is the output's own.
  package let provenance: ModelProvenance
  /// Every paper by its name, the one that wins first.
  package let papers: [(name: String, object: JSONObject)]
  package let metrics: JSONObject
  package let lineage: [JSONValue]?
  /// The digest that people sign; nil for a paper that stands alone, where nothing is being approved.
  package let weightsHash: Digest?
  let attested: AttestedProvenance?

  package var card: JSONObject { papers.first { $0.name == Self.card }?.object ?? [:] }
  package var modelID: String { provenance[.modelID] }

  static let card = "card"
  static let provenanceName = "provenance"
  static let extensionName = "metadata.\(IntegrityExtension.key)"

  /// The papers of a training output. Those of an agent's document may stand in its `metadata`, under `x_model_integrity`.
  package init(_ result: TrainingResult) {
    let integrity = result.metadata[IntegrityExtension.key]?.object
    let extended = integrity?["provenance"]?.object
    let papers = [
      result.provenance.map { (Self.provenanceName, $0) },
      extended.map { ("\(Self.extensionName).provenance", $0) }, (Self.card, result.card),
    ]
    self.init(
      papers: papers.compactMap { $0 }, metrics: result.metrics,
      lineage: result.lineage ?? integrity?["lineage"]?.array,
      attested: AttestedProvenance(extended ?? result.provenance, integrity?["attestation"]),
      identity: (result.modelID.text, result.weightsHash))
  }

  /// A card alone.
  package init(card: JSONObject) {
    self.init(papers: [(Self.card, card)], metrics: card["metrics"]?.object ?? [:])
  }

  /// A provenance alone.
  package init(provenance: JSONObject) { self.init(papers: [(Self.provenanceName, provenance)], metrics: [:]) }

  /// The `x_model_integrity` of an agent's document.
  package init(extension object: JSONObject) {
    let provenance = object["provenance"]?.object ?? [:]
    self.init(
      papers: [(Self.provenanceName, provenance)], metrics: [:], lineage: object["lineage"]?.array,
      attested: AttestedProvenance(provenance, object["attestation"]))
  }

  private init(
    papers: [(String, JSONObject)], metrics: JSONObject, lineage: [JSONValue]? = nil,
    attested: AttestedProvenance? = nil, identity: (model: String, weights: Digest)? = nil
  ) {
    self.papers = papers.map { (name: $0.0, object: $0.1) }
    self.metrics = metrics
    self.lineage = lineage
    self.attested = attested
    weightsHash = identity?.weights
    provenance = Self.merged(papers.map(\.1), identity)
  }

  /// What is not a text says nothing: a rule that asks for it fails.
  private static func merged(_ papers: [JSONObject], _ identity: (model: String, weights: Digest)?) -> ModelProvenance {
    var provenance = ModelProvenance([:])
    for field in ModelProvenance.Field.allCases {
      let texts = papers.lazy.compactMap { $0[field.rawValue]?.string }
      provenance.set(field, texts.first { !$0.isEmpty } ?? "")
    }
    if let identity {
      provenance.set(.modelID, identity.model)
      provenance.set(.weightsHash, identity.weights.hex)
    }
    return provenance
  }
}

/// A provenance, and what claims to attest it.
struct AttestedProvenance: Sendable {
  let provenance: JSONObject
  let attestation: JSONValue

  /// Nil when nothing claims to.
  init?(_ provenance: JSONObject?, _ attestation: JSONValue?) {
    guard let attestation, !attestation.isNull else { return nil }
    self.provenance = provenance ?? [:]
    self.attestation = attestation
  }
}
