/// Lets one task at a time work on each key, in the order in which they came. Waiters are requests in flight, which the transport
/// bounds.
actor KeyedLock<Key: Hashable & Sendable> {
  private var waiters: [Key: [CheckedContinuation<Void, Never>]] = [:]

  /// The keys that somebody works on or waits for.
  var busy: Set<Key> { Set(waiters.keys) }

  nonisolated func holding<Value: Sendable>(_ key: Key, _ body: @Sendable () async throws -> Value) async rethrows
    -> Value
  {
    await acquire(key)
    do {
      let value = try await body()
      await release(key)
      return value
    } catch {
      await release(key)
      throw error
    }
  }

  private func acquire(_ key: Key) async {
    guard waiters[key] != nil else {
      waiters[key] = []
      return
    }
    await withCheckedContinuation { waiters[key, default: []].append($0) }
  }

  private func release(_ key: Key) {
    guard var queue = waiters[key], !queue.isEmpty else {
      waiters[key] = nil
      return
    }
    let next = queue.removeFirst()
    waiters[key] = queue
    next.resume()
  }
}
