import Foundation
import Glibc
import Synchronization

/// Threads that block, because a client that waits for its plane has nothing else to do.
enum Threads {
  /// Runs `body` once on each of `count` threads and waits; throws the first error.
  static func run(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
    let group = DispatchGroup()
    let outcome = Outcome()
    for index in 0..<count {
      group.enter()
      Thread.detachNewThread {
        do { try body(index) } catch { outcome.fail(error) }
        group.leave()
      }
    }
    group.wait()
    if let error = outcome.error { throw error }
  }

  private final class Outcome: Sendable {
    private let first = Mutex<(any Error)?>(nil)
    var error: (any Error)? { first.withLock { $0 } }
    func fail(_ error: any Error) { first.withLock { $0 = $0 ?? error } }
  }
}

/// Between two steps of a poll, and before the first: a client that asks too soon costs the planes a refusal.
enum Pause {
  static func milliseconds(_ count: CInt) { _ = poll(nil, 0, count) }
}
