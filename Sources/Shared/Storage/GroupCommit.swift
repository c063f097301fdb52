import GRDB
import Synchronization

/// Group commit: bodies that arrive while one transaction is being made durable share the next one, so that the cost of
/// one `fsync` is paid once for many callers.
///
/// Each body runs in a savepoint of its own, so one that throws takes back only its own changes. Nobody is answered
/// before the COMMIT has returned, and if it fails, everybody in the group gets its error.
final class GroupCommit: Sendable {
  /// Callers that may wait at one time; more are refused with `overloaded`.
  static let waitingLimit = 1024
  /// Bodies in one transaction: bounds how long the first of them waits for the last.
  static let groupLimit = 128

  private struct Waiter: Sendable {
    let run: @Sendable (Database) -> Ran
    /// Answers the caller of a body that never ran.
    let refuse: @Sendable (any Error) -> Void
  }

  /// A body that ran: its error if it threw, and how to answer its caller given the error of the whole transaction.
  private struct Ran {
    let error: (any Error)?
    let answer: ((any Error)?) -> Void
  }

  private struct Queue {
    var waiting: [Waiter] = []
    var isDraining = false
  }

  private let writer: any DatabaseWriter
  private let queue = Mutex(Queue())

  init(writer: any DatabaseWriter) { self.writer = writer }

  /// Runs `body` once, in turn, and returns when its effects are durable. Once accepted it is not cancelled: its caller
  /// learns what truly happened.
  func commit<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let refuse: @Sendable (any Error) -> Void = { continuation.resume(throwing: StorageError.translating($0)) }
      let waiter = Waiter(
        run: { database in
          switch Self.runInSavepoint(body, database) {
          case .success(let value):
            Ran(error: nil) { failure in
              if let failure { refuse(failure) } else { continuation.resume(returning: value) }
            }
          case .failure(let error): Ran(error: error) { _ in refuse(error) }
          }
        },
        refuse: refuse)
      enqueue(waiter)
    }
  }

  var waitingCount: Int { queue.withLock { $0.waiting.count } }

  private static func runInSavepoint<Value>(
    _ body: (Database) throws -> Value, _ database: Database
  ) -> Result<Value, any Error> {
    var outcome: Result<Value, any Error> = .failure(StorageError.other("a change was not run"))
    do {
      try database.inSavepoint {
        outcome = .success(try body(database))
        return .commit
      }
      return outcome
    } catch {
      return .failure(error)
    }
  }

  private func enqueue(_ waiter: Waiter) {
    let (accepted, mustStart) = queue.withLock { queue in
      guard queue.waiting.count < Self.waitingLimit else { return (false, false) }
      queue.waiting.append(waiter)
      defer { queue.isDraining = true }
      return (true, !queue.isDraining)
    }
    if !accepted { waiter.refuse(StorageError.overloaded("too many changes are waiting to be written")) }
    if mustStart { writer.asyncWriteWithoutTransaction { self.drain($0) } }
  }

  /// Runs on the writer's serial queue until nobody waits.
  private func drain(_ database: Database) {
    while let group = nextGroup() { run(group, database) }
  }

  private func nextGroup() -> [Waiter]? {
    queue.withLock { queue in
      guard !queue.waiting.isEmpty else {
        queue.isDraining = false
        return nil
      }
      let group = Array(queue.waiting.prefix(Self.groupLimit))
      queue.waiting.removeFirst(group.count)
      return group
    }
  }

  private func run(_ group: [Waiter], _ database: Database) {
    var ran: [Ran] = []
    var failure: (any Error)?
    do {
      try database.inTransaction(.immediate) {
        for waiter in group {
          let result = waiter.run(database)
          ran.append(result)
          // A full disk can make SQLite roll back the whole transaction; then the effects of those before are gone too.
          guard database.isInsideTransaction else {
            throw result.error ?? StorageError.other("SQLite rolled the transaction back")
          }
        }
        return .commit
      }
    } catch {
      failure = error
    }
    for result in ran { result.answer(failure) }
    guard let failure else { return }
    for waiter in group.dropFirst(ran.count) { waiter.refuse(failure) }
  }
}
