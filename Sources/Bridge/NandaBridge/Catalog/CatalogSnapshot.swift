import AgentFacts
import Attestations
import PlaneContract
import Wire

/// Who is listed at one moment, complete and never changed: requests read one from beginning to end. What is told of each is made when
/// it is asked for (`DocumentMaker`).
package final class CatalogSnapshot: Sendable {
  /// Counts the snapshots of this process.
  let number: Int
  package let builtAt: Timestamp
  /// Agents for everybody, in the order of their keys.
  package let listed: [Listing]
  /// Agents that are there and not for everybody.
  package let hidden: Set<AgentKey>
  /// What runs, by model.
  package let deployments: [ModelID: [DeploymentSummary]]
  package let governance: PlaneWatch
  package let serving: PlaneWatch
  private let positions: [AgentKey: Int]
  private let keysByID: [AgentID: AgentKey]

  init(
    number: Int, builtAt: Timestamp, listings: [Listing], deployments: [DeploymentSummary], governance: PlaneWatch,
    serving: PlaneWatch
  ) {
    self.number = number
    self.builtAt = builtAt
    self.deployments = Dictionary(grouping: deployments, by: \.modelID)
    self.governance = governance
    self.serving = serving
    listed = listings.filter(\.isPublic).sorted { $0.key < $1.key }
    hidden = Set(listings.filter { !$0.isPublic }.map(\.key))
    positions = Dictionary(uniqueKeysWithValues: listed.enumerated().map { ($0.element.key, $0.offset) })
    // Where an id stands in several namespaces, a governed model's comes first.
    let keys = listings.map(\.key).sorted()
    let ordered = keys.filter { $0.namespace == .models } + keys.filter { $0.namespace != .models }
    keysByID = Dictionary(ordered.map { ($0.id, $0) }) { first, _ in first }
  }

  /// The governed models among them.
  package var models: [Listing] { listed.filter { $0.agent == nil } }

  /// The agent that a client means.
  ///
  /// - Throws: `QueryRefusal`: `notPublic` or `notFound`.
  package func listing(_ reference: AgentReference) throws(QueryRefusal) -> Listing {
    let key = reference.namespace.map { AgentKey($0, reference.id) } ?? keysByID[reference.id]
    guard let key else { throw .notFound }
    if let position = positions[key] { return listed[position] }
    throw hidden.contains(key) ? .notPublic : .notFound
  }

  /// The agents of a page.
  func page(_ query: IndexQuery) -> ArraySlice<Listing> {
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
