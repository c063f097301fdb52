import AgentFacts
import Attestations
import PlaneContract
import Wire

/// What the bridge knows at one moment, complete and never changed: requests read one from beginning to end.
package final class CatalogSnapshot: Sendable {
  /// Counts the snapshots of this process.
  let number: Int
  /// When it was made.
  let builtAt: Timestamp
  /// Of everybody, in the order of their keys.
  let listed: [CatalogEntry]
  /// Agents that are there and not for everybody.
  let hidden: Set<AgentKey>
  /// Every governed model with an approval in force, by name: for pages that people read.
  let models: [ModelStanding]
  let governance: PlaneWatch
  let serving: PlaneWatch
  private let positions: [AgentKey: Int]
  private let keysByID: [AgentID: AgentKey]

  init(
    number: Int, builtAt: Timestamp, entries: [CatalogEntry], models: [ModelStanding], governance: PlaneWatch,
    serving: PlaneWatch
  ) {
    self.number = number
    self.builtAt = builtAt
    self.models = models
    self.governance = governance
    self.serving = serving
    listed = entries.filter(\.isPublic).sorted { $0.key < $1.key }
    hidden = Set(entries.filter { !$0.isPublic }.map(\.key))
    positions = Dictionary(uniqueKeysWithValues: listed.enumerated().map { ($0.element.key, $0.offset) })
    // Where an id stands in several namespaces, a governed model's comes first.
    let keys = entries.map(\.key).sorted {
      ($0.namespace != .models ? 1 : 0, $0) < ($1.namespace != .models ? 1 : 0, $1)
    }
    keysByID = Dictionary(keys.map { ($0.id, $0) }) { first, _ in first }
  }

  /// The agent that a client means.
  ///
  /// - Throws: `QueryRefusal`: `notPublic` or `notFound`.
  func entry(_ reference: AgentReference) throws(QueryRefusal) -> CatalogEntry {
    let key = reference.namespace.map { AgentKey($0, reference.id) } ?? keysByID[reference.id]
    guard let key else { throw .notFound }
    if let position = positions[key] { return listed[position] }
    throw hidden.contains(key) ? .notPublic : .notFound
  }

  /// The agents of a page.
  func page(_ query: IndexQuery) -> ArraySlice<CatalogEntry> {
    let start = query.cursor.map(firstPosition(after:)) ?? 0
    return listed.dropFirst(start).dropFirst(query.offset).prefix(query.limit)
  }

  /// By bisection: the agent that the cursor names may be gone.
  private func firstPosition(after key: AgentKey) -> Int {
    var (low, high) = (0, listed.count)
    while low < high {
      let middle = (low + high) / 2
      if listed[middle].key <= key { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// A governed model as it stands.
package struct ModelStanding: Sendable {
  let model: ModelID
  /// The approval that it is told of by.
  let approved: ApprovedModel
  /// Newest word of the serving plane, by environment.
  let decisions: [EnvironmentName: RunDecision]
  /// What runs of it.
  let deployments: [DeploymentSummary]

  /// Where it may run at `now`, by decisions that still hold.
  func environments(at now: Timestamp) -> [EnvironmentName] {
    approved.approval.environments.filter { decisions[$0]?.allows(at: now) == true }
  }
}
