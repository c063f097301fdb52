import Wire

/// Owners and base models that the policy lists. Every paper that names one must name a listed one.
enum AllowedNames {
  /// Stands in a list for models that have no base.
  static let noBase = "none"

  static func owner(_ papers: ModelPapers, _ owners: [String]) -> String? {
    guard let owner = papers.card["owner"]?.string, !owner.isEmpty else { return "the card names no owner" }
    return isListed(owner, owners) ? nil : "the owner \(owner.clipped(64)) is none of \(listed(owners))"
  }

  static func baseModel(_ papers: ModelPapers, _ models: [String]) -> String? {
    let named = papers.papers.compactMap { $0.object["base_model"]?.string }.filter { !$0.isEmpty }
    guard !named.isEmpty else {
      return isListed(noBase, models) ? nil : "the papers name no base_model; the policy allows \(listed(models))"
    }
    guard let stranger = named.first(where: { $0.hasSameBytes(as: noBase) || !isListed($0, models) }) else {
      return nil
    }
    return "the base model \(stranger.clipped(64)) is none of \(listed(models))"
  }

  private static func isListed(_ name: String, _ names: [String]) -> Bool {
    names.contains { $0.hasSameBytes(as: name) }
  }

  private static func listed(_ names: [String]) -> String { names.joined(separator: ", ").clipped(200) }
}
