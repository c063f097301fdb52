import Signing
import Wire

/// Papers that name another model or other weights than those that are being approved. No profile can switch this off.
enum PaperIdentity {
  static let name = "identity"

  static func problem(_ papers: ModelPapers) -> String? {
    guard let weights = papers.weightsHash else { return nil }
    for (name, paper) in papers.papers {
      if let claimed = claim(paper["model_id"]), claimed != .string(papers.modelID) {
        return "\(name).model_id is not \(papers.modelID.clipped(64)), the model that was submitted"
      }
      if let claimed = claim(paper["weights_hash"]), claimed.string.flatMap(Digest.init(loose:)) != weights {
        return "\(name).weights_hash is not \(weights), the weights that were submitted"
      }
    }
    return nil
  }

  /// Nil for a field that says nothing.
  private static func claim(_ value: JSONValue?) -> JSONValue? {
    guard let value, !value.isNull, value.string != "" else { return nil }
    return value
  }
}
