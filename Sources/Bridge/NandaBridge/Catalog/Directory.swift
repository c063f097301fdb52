import AgentFacts
import Wire

/// Who is listed, in the order of their keys, and who is there and not for everybody. Made anew only when that changes.
package final class Directory: Sendable {
  /// Counts the directories of this process.
  let number: Int
  /// Agents for everybody.
  package let listed: [Listing]
  package let hidden: Set<AgentKey>
  private let positions: [AgentKey: Int]
  private let keysByID: [AgentID: AgentKey]

  /// - Parameter formerly: agents that were ever told of. A bare id is the name of none where it was another's before: whoever kept it
  ///   would be told of that one what is true of this.
  init(number: Int, _ listings: [Listing], formerly: some Sequence<AgentKey> = EmptyCollection()) {
    self.number = number
    listed = listings.filter(\.isPublic).sorted { $0.key < $1.key }
    hidden = Set(listings.filter { !$0.isPublic }.map(\.key))
    positions = Dictionary(uniqueKeysWithValues: listed.enumerated().map { ($0.element.key, $0.offset) })
    // Where an id stands in several namespaces it is a governed model's, or nobody's.
    var (keys, shared): ([AgentID: AgentKey], Set<AgentID>) = ([:], [])
    for key in listed.map(\.key) + hidden + formerly {
      let other = keys.updateValue(key, forKey: key.id) ?? key
      if other.namespace == .models { keys[key.id] = other }
      if other != key { shared.insert(key.id) }
    }
    keysByID = keys.filter { $0.value.namespace == .models || !shared.contains($0.key) }
  }

  func contains(_ key: AgentKey) -> Bool { positions[key] != nil }

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
