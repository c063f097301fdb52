import Attestations
import Metadata
import Signing
import Wire

/// What people read first of a model, by its card and its provenance.
struct ModelDescription {
  let label: String
  let text: String
  let version: String
  let origin: FieldOrigin

  init(_ papers: ModelPapers, of approval: ModelApproval) {
    var origin = FieldOrigin()
    label = Self.given(papers.provenance[.modelType]) ?? origin.default("label", "model")
    let places = approval.environments.map(\.text).joined(separator: ", ")
    text =
      Self.given(papers.card["description"]?.string)
      ?? origin.default("description", "\(approval.modelID), a model approved for \(places)")
    version =
      Self.given(papers.provenance[.modelVersion]) ?? papers.card["version"]?.int.map(String.init)
      ?? origin.default("version", Self.version(approval.weightsHash))
    self.origin = origin
  }

  /// Ordered before every release, and another for other weights (Semantic Versioning 2.0.0, sections 9 and 10).
  private static func version(_ weights: Digest) -> String { "0.0.0+sha256.\(weights.hex.prefix(12))" }

  private static func given(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0.clipped(4096) } }
}

extension FieldOrigin {
  /// Notes that a field has the form's own value.
  fileprivate mutating func `default`(_ field: String, _ value: String) -> String {
    defaulted.append(field)
    return value
  }
}
