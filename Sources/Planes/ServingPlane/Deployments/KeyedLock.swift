/// Lets one task at a time work on each key, in the order in which they came. Waiters are requests in flight, which the transport
/// bounds.
actor KeyedLock<Key: Hashable & Sendable> {
  private var waiters: [Key: [CheckedContinuation<Void, Never>]] = [:]

  /// The keys that somebody works on or waits for.
  var busy: Set<Key> { Set(waiters.keys) }

  /// How many wait for a key.
  func waiting(for key: Key) -> Int { waiters[key]?.count ?? 0 }

  nonisolated func holding<Value: Sendable>(_ key: Key, _ body: @Sendable () async throws -> Value) async rethrows
    -> Value
  {
    try await joining(key) { _ in try await body() }
  }

  /// The same; `body` is told whether somebody else worked on the key when it was asked for.
  nonisolated func joining<Value: Sendable>(
    _ key: Key, _ body: @Sendable (_ hasWaited: Bool) async throws -> Value
  ) async rethrows -> Value {
    let hasWaited = await acquire(key)
    do {
      let value = try await body(hasWaited)
      await release(key)
      return value
    } catch {
      await release(key)
      throw error
    }
  }

  private func acquire(_ key: Key) async -> Bool {
    guard waiters[key] != nil else {
      waiters[key] = []
      return false
    }
    await withCheckedContinuation { waiters[key, default: []].append($0) }
    return true
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
