import AgentFacts
import Wire

/// Whom to look at anew because a plane has spoken of them. Nobody is settled before the serving plane has given a verdict and followers
/// have been told of it.
struct Attention: Sendable {
  /// Of which models nobody is known yet who is or runs on one; nil for all models.
  private var unplaced: Set<ModelID>? = []
  /// Agents, and not models: many may run on one, and a round may not reach them all.
  private var agents: Set<AgentKey> = []

  /// - Parameter models: nil for all of them.
  mutating func note(_ models: Set<ModelID>?) {
    if let models { unplaced?.formUnion(models) } else { unplaced = nil }
  }

  /// Takes who there is now, of whom followers are told. Who went is looked at no more.
  mutating func place(_ listings: [Listing]) {
    let spokenOf = listings.filter { listing in unplaced.map(listing.isOn) ?? true }
    agents = agents.union(spokenOf.map(\.key)).intersection(listings.map(\.key))
    unplaced = []
  }

  func contains(_ key: AgentKey) -> Bool { agents.contains(key) }

  mutating func settle(_ keys: Set<AgentKey>) { agents.subtract(keys) }
}
