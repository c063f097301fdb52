import Attestations
import Metadata
import PlaneContract
import Wire

/// A file about a model: what a training job hands in, or one of the papers of the NANDA packages.
enum PaperFile: Sendable {
  case output(TrainingResult)
  case card(JSONObject)
  case provenance(JSONObject)
  /// The `x_model_integrity` of an agent's document.
  case agent(JSONObject)

  enum Kind: String, CaseIterable, Sendable {
    case output, card, provenance, agent
  }

  /// Fields that only one kind has. What has none of them is a training output of the fewest fields.
  private static let marks: [(Kind, [String])] = [
    (.output, ["card", "metadata", "provenance", "lineage", "reference", "weights", "weights_kind"]),
    (
      .card,
      [
        "card_id", "version", "owner", "architecture", "profile_tags", "allowed_profiles", "dataset_id", "dataset_hash",
        "dataset_size", "status", "approved_by", "shadow_until", "base_manifest_id",
      ]
    ),
    (
      .provenance,
      ModelProvenance.Field.allCases.map(\.rawValue).filter {
        !["model_id", "weights_hash", "created_at"].contains($0)
      }
    ),
  ]

  /// - Parameter kind: what it is; guessed by its fields when nil.
  /// - Throws: `Refusal` or `Failure` for what is no such document.
  init(reading path: String, as kind: Kind?) throws {
    let bytes = try TextFile.read(path)
    let value: JSONValue
    do { value = try StrictJSON.parse(bytes) } catch { throw Refusal(.malformed, "\(path): \(error)") }
    guard let object = value.object else {
      throw Refusal(.malformed, "\(path): expected one JSON object, found \(value.kindName)")
    }
    switch kind ?? Self.kind(of: object) {
    case .output: self = .output(try TrainingLine(.text(bytes)).result)
    case .card: self = .card(object)
    case .provenance: self = .provenance(object)
    case .agent:
      guard let integrity = Self.integrity(in: object) else {
        throw Refusal(.malformed, "\(path): \(IntegrityExtension.key) is missing, or no object")
      }
      self = .agent(integrity)
    }
  }

  private static func kind(of object: JSONObject) -> Kind {
    if object[IntegrityExtension.key] != nil { return .agent }
    // A training output may carry the extension in its metadata too, and has a model; an agent has none.
    if object["model_id"] == nil, integrity(in: object) != nil { return .agent }
    return marks.first { _, fields in fields.contains { object[$0] != nil } }?.0 ?? .output
  }

  /// Where NANDA software puts it: into the document, or into its `metadata`.
  private static func integrity(in agent: JSONObject) -> JSONObject? {
    (agent[IntegrityExtension.key] ?? agent["metadata"]?.object?[IntegrityExtension.key])?.object
  }

  var kind: Kind {
    switch self {
    case .output: .output
    case .card: .card
    case .provenance: .provenance
    case .agent: .agent
    }
  }

  var papers: ModelPapers {
    switch self {
    case .output(let result): ModelPapers(result)
    case .card(let card): ModelPapers(card: card)
    case .provenance(let provenance): ModelPapers(provenance: provenance)
    case .agent(let integrity): ModelPapers(extension: integrity)
    }
  }
}
