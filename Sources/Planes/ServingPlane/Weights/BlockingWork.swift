import Foundation
import Synchronization

/// Threads for work that blocks on the disk, so that no task of the daemon waits for it: at most `width` jobs run and at
/// most `limit` are in hand, the waiting ones included.
package final class BlockingWork: Sendable {
  private let queue: OperationQueue
  private let limit: Int
  private let inHand = Mutex(0)

  package init(width: Int, limit: Int = 64) {
    self.limit = limit
    queue = OperationQueue()
    queue.maxConcurrentOperationCount = width
  }

  /// Runs `job` on one of the threads. When the calling task is cancelled, `Cancellation.check` throws inside the job, which
  /// should ask it at every step.
  /// - Throws: what `job` throws; `TooMuchBlockingWork` when `limit` jobs are in hand.
  package func run<Value: Sendable>(_ job: @escaping @Sendable (Cancellation) throws -> Value) async throws -> Value {
    try enter()
    defer { inHand.withLock { $0 -= 1 } }
    let cancellation = Cancellation()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        queue.addOperation {
          continuation.resume(
            with: Result {
              try cancellation.check()
              return try job(cancellation)
            })
        }
      }
    } onCancel: {
      cancellation.cancel()
    }
  }

  private func enter() throws {
    try inHand.withLock { count in
      guard count < limit else { throw TooMuchBlockingWork(limit: limit) }
      count += 1
    }
  }
}

/// Tells a blocking job that nobody waits for it any more.
package final class Cancellation: Sendable {
  private let isCancelled = Atomic(false)

  fileprivate func cancel() { isCancelled.store(true, ordering: .relaxed) }

  package func check() throws {
    if isCancelled.load(ordering: .relaxed) { throw CancellationError() }
  }
}

package struct TooMuchBlockingWork: Error, CustomStringConvertible {
  package let limit: Int

  package var description: String { "\(limit) jobs on weights are in hand already: try again later" }
}
