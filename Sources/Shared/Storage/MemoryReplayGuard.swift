import Synchronization
import Wire

/// Remembers the ids of recent queries in bounded memory: when it is full the oldest is forgotten. Enough for messages
/// that change nothing, whose replies are bound to their requests.
package final class MemoryReplayGuard: Sendable {
  private struct Key: Hashable {
    let sender: PrincipalID
    let id: UInt128

    /// Ids are drawn at random: they alone place a key in the table.
    func hash(into hasher: inout Hasher) { hasher.combine(id) }
  }

  private struct State {
    var seen: Set<Key> = []
    /// A ring: once full, `oldest` is the next to be overwritten.
    var order: [Key] = []
    var oldest = 0
  }

  private let limit: Int
  private let state = Mutex(State())

  /// Takes how many ids are remembered, at least one.
  package init(limit: Int = 65_536) { self.limit = max(1, limit) }

  /// Whether this id of this sender is new; from now on it is not.
  package func accept(_ id: MessageID, of sender: PrincipalID) -> Bool {
    let key = Key(sender: sender, id: id.number)
    return state.withLock { state in
      guard state.seen.insert(key).inserted else { return false }
      guard state.order.count == limit else {
        state.order.append(key)
        return true
      }
      state.seen.remove(state.order[state.oldest])
      state.order[state.oldest] = key
      state.oldest = (state.oldest + 1) % limit
      return true
    }
  }
}
