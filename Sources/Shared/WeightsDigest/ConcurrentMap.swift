import Dispatch
import Synchronization

/// `transform` of every index below `count`, in order, computed by at most `width` threads that block. After a failure no
/// further index is begun, and the first failure is thrown once all threads have returned.
func concurrentMap<Value: Sendable>(
  _ count: Int, width: Int, _ transform: @Sendable (Int) throws -> Value
) throws -> [Value] {
  let progress = Mutex(Progress<Value>(count: count))
  DispatchQueue.concurrentPerform(iterations: max(1, min(width, count))) { _ in
    while let index = progress.withLock({ $0.begin() }) {
      let result = Result { try transform(index) }
      progress.withLock { $0.finish(index, result) }
    }
  }
  return try progress.withLock { try $0.outcome() }
}

private struct Progress<Value: Sendable>: Sendable {
  private var values: [Value?]
  private var next = 0
  private var failure: (any Error)?

  init(count: Int) { values = Array(repeating: nil, count: count) }

  mutating func begin() -> Int? {
    guard failure == nil, next < values.count else { return nil }
    defer { next += 1 }
    return next
  }

  mutating func finish(_ index: Int, _ result: Result<Value, any Error>) {
    switch result {
    case .success(let value): values[index] = value
    case .failure(let error): failure = failure ?? error
    }
  }

  func outcome() throws -> [Value] {
    if let failure { throw failure }
    return values.compactMap { $0 }
  }
}
