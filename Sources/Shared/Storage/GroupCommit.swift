import GRDB
import Synchronization

/// Group commit: bodies that arrive while one transaction is being made durable share the next one, so that the cost of
/// one `fsync` is paid once for many callers.
///
/// Each body runs in a savepoint of its own, so one that throws takes back only its own changes. Nobody is answered
/// before the COMMIT has returned, and if it fails, everybody in the group gets its error.
///
/// When the disk is full, those who may use the reserve are written once more, alone, in the space that it gives back. Until it is
/// made again, everybody else is refused.
final class GroupCommit: Sendable {
  /// Callers that may wait at one time; more are refused with `overloaded`.
  static let waitingLimit = 1024
  /// Bodies in one transaction: bounds how long the first of them waits for the last.
  static let groupLimit = 128

  private struct Waiter: Sendable {
    let mayUseReserve: Bool
    let run: @Sendable (Database) -> Ran
    /// Answers the caller of a body that never ran.
    let refuse: @Sendable (any Error) -> Void
  }

  /// A body that ran: its error if it threw, and how to tell its caller so, or that it succeeded.
  private struct Ran {
    let error: (any Error)?
    let answer: () -> Void
  }

  private struct Queue {
    var waiting: [Waiter] = []
    var isDraining = false
  }

  private let writer: any DatabaseWriter
  private let reserve: DiskReserve
  private let queue = Mutex(Queue())
  private let metFullDisk = Mutex(false)
  private let lastStep = Mutex<(@Sendable (Database) throws -> Void)?>(nil)

  init(writer: any DatabaseWriter, reserve: DiskReserve) {
    self.writer = writer
    self.reserve = reserve
  }

  /// Runs `body` in turn, and returns when its effects are durable. Once accepted it is not cancelled: its caller learns what
  /// truly happened. It takes effect once; with `mayUseReserve` it may run a second time after the first was taken back.
  func commit<Value: Sendable>(
    mayUseReserve: Bool, _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let refuse: @Sendable (any Error) -> Void = { continuation.resume(throwing: StorageError.translating($0)) }
      let waiter = Waiter(
        mayUseReserve: mayUseReserve,
        run: { database in
          switch Self.runInSavepoint(body, database) {
          case .success(let value): Ran(error: nil) { continuation.resume(returning: value) }
          case .failure(let error): Ran(error: error) { refuse(error) }
          }
        },
        refuse: refuse)
      enqueue(waiter)
    }
  }

  /// From now on every transaction ends with `step`, once for its group. When it throws, nothing of the group is committed.
  func endEveryTransaction(with step: @escaping @Sendable (Database) throws -> Void) {
    lastStep.withLock { $0 = step }
  }

  var waitingCount: Int { queue.withLock { $0.waiting.count } }

  /// Whether the last transaction found no room, or the reserve is spent.
  var isDiskFull: Bool { metFullDisk.withLock { $0 } || !reserve.isWhole }

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
    var admitted = group
    if !reserve.replenish() {
      admitted = group.filter(\.mayUseReserve)
      for waiter in group where !waiter.mayUseReserve { waiter.refuse(StorageError.diskFull) }
    }
    var starved = settle(admitted, database)
    // Alone: whoever else was in the group must not take the space that was kept.
    while !starved.isEmpty, reserve.release() { starved = settle(starved, database) }
    for waiter in starved { waiter.refuse(StorageError.diskFull) }
  }

  /// Answers everybody in the group but those who may use the reserve and met a full disk: those are returned, and nothing of
  /// theirs is in the file.
  private func settle(_ group: [Waiter], _ database: Database) -> [Waiter] {
    guard !group.isEmpty else { return [] }
    let (ran, failure) = attempt(group, database)
    metFullDisk.withLock { $0 = (ran.map(\.error) + [failure]).contains { $0.map(StorageError.isDiskFull) == true } }
    var starved: [Waiter] = []
    for (index, waiter) in group.enumerated() {
      let own = ran.indices.contains(index) ? ran[index] : nil
      let error = own?.error ?? failure
      if let error, waiter.mayUseReserve, StorageError.isDiskFull(error) {
        starved.append(waiter)
      } else if let own, failure == nil || own.error != nil {
        own.answer()
      } else {
        waiter.refuse(error ?? StorageError.other("a change was not run"))
      }
    }
    return starved
  }

  /// One transaction: those that ran before it ended, and its error if it failed.
  private func attempt(_ group: [Waiter], _ database: Database) -> (ran: [Ran], failure: (any Error)?) {
    var ran: [Ran] = []
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
        try lastStep.withLock { $0 }?(database)
        return .commit
      }
      return (ran, nil)
    } catch {
      return (ran, error)
    }
  }
}
