import GRDB
import Storage
import TestSupport
import Testing

private struct Refused: Error, Equatable {}

@Suite struct GroupCommitTests {
  /// Runs `bodies` so that they share one transaction, and returns what each caller was told, in their order.
  private func together(
    _ scratch: ScratchDatabase, _ bodies: [@Sendable (Database) throws -> Void]
  ) async throws -> [Result<Void, any Error>] {
    let gate = Gate()
    let database = scratch.database
    return try await withThrowingTaskGroup(of: (Int, Result<Void, any Error>).self) { tasks in
      tasks.addTask {
        try await database.commit { _ in gate.wait() }
        return (-1, .success(()))
      }
      try await pollUntil { gate.isEntered }
      for (index, body) in bodies.enumerated() {
        tasks.addTask {
          do { return (index, .success(try await database.commit(body))) } catch { return (index, .failure(error)) }
        }
        try await pollUntil { database.waitingCommits == index + 1 }
      }
      gate.open()
      var results: [Int: Result<Void, any Error>] = [:]
      for try await (index, result) in tasks { results[index] = result }
      return bodies.indices.compactMap { results[$0] }
    }
  }

  private func succeeded(_ results: [Result<Void, any Error>]) -> [Bool] {
    results.map { if case .success = $0 { true } else { false } }
  }

  @Test func oneFailingBodyDoesNotHurtItsNeighbours() async throws {
    let scratch = try ScratchDatabase()
    let results = try await together(
      scratch,
      [
        { try $0.addNote("before") },
        {
          try $0.addNote("half done")
          throw Refused()
        },
        { try $0.addNote("after") },
      ])
    #expect(succeeded(results) == [true, false, true])
    #expect(throws: Refused()) { try results[1].get() }
    #expect(
      try scratch.database.readNow { try String.fetchAll($0, sql: "SELECT text FROM note ORDER BY text") } == [
        "after", "before",
      ])
  }

  @Test func aBrokenConstraintTakesBackOnlyItsOwnBody() async throws {
    let scratch = try ScratchDatabase()
    let results = try await together(
      scratch, [{ try $0.addNote("one") }, { try $0.addNote("one") }, { try $0.addNote("two") }])
    #expect(succeeded(results) == [true, false, true])
    #expect(try scratch.noteCount == 2)
  }

  @Test func bodiesShareOneTransactionAndRunInOrder() async throws {
    let scratch = try ScratchDatabase()
    let order = Tally()
    let bodies = (0..<20).map { number in
      { @Sendable (_: Database) throws -> Void in order.add(number) }
    }
    _ = try await together(scratch, bodies)
    #expect(order.values == Array(0..<20))
  }

  @Test func effectsAreInvisibleBeforeTheCommit() async throws {
    let scratch = try ScratchDatabase()
    let seenInside = try await scratch.database.commit { database in
      try database.addNote("draft")
      return try scratch.noteCount
    }
    #expect(seenInside == 0)
    #expect(try scratch.noteCount == 1)
  }

  @Test func whenTheCommitFailsNobodyIsToldThatItSucceeded() async throws {
    let deferred = Migration(
      2, "deferred",
      sql: "CREATE TABLE child (note TEXT REFERENCES note (text) DEFERRABLE INITIALLY DEFERRED) STRICT")
    let scratch = try ScratchDatabase([ScratchDatabase.notes, deferred])
    let results = try await together(
      scratch,
      [{ try $0.addNote("innocent") }, { try $0.execute(sql: "INSERT INTO child VALUES ('nobody')") }])
    #expect(succeeded(results) == [false, false])
    #expect(try scratch.noteCount == 0)
    try await scratch.database.commit { try $0.addNote("next") }
    #expect(try scratch.noteCount == 1)
  }

  @Test func whenTheTransactionIsLostMidwayEverybodyIsToldSo() async throws {
    let scratch = try ScratchDatabase()
    let results = try await together(
      scratch,
      [
        { try $0.addNote("first") },
        { try $0.execute(sql: "ROLLBACK") },
        { try $0.addNote("third") },
      ])
    #expect(succeeded(results) == [false, false, false])
    #expect(try scratch.noteCount == 0)
    try await scratch.database.commit { try $0.addNote("next") }
    #expect(try scratch.noteCount == 1)
  }

  @Test func callersBeyondTheQueueAreToldOverloadedAndTheRestAreServed() async throws {
    let scratch = try ScratchDatabase()
    let database = scratch.database
    let gate = Gate()
    let refused = Tally()
    let limit = 1024
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await database.commit { _ in gate.wait() } }
      try await pollUntil { gate.isEntered }
      for number in 0..<limit + 10 {
        tasks.addTask {
          do {
            try await database.commit { try $0.addNote("note \(number)") }
          } catch StorageError.overloaded {
            refused.add(1)
          }
        }
      }
      try await pollUntil { database.waitingCommits == limit && refused.values.count == 10 }
      gate.open()
      try await tasks.waitForAll()
    }
    #expect(try scratch.noteCount == limit)
  }

  @Test func aCancelledCallerLearnsWhatTrulyHappened() async throws {
    let scratch = try ScratchDatabase()
    let database = scratch.database
    let gate = Gate()
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        try await database.commit { database in
          gate.wait()
          try database.addNote("accepted")
        }
      }
      try await pollUntil { gate.isEntered }
      tasks.cancelAll()
      gate.open()
      try await tasks.waitForAll()
    }
    #expect(try scratch.noteCount == 1)
  }
}
