import GRDB
import Storage
import Testing

/// A full disk, made by SQLite's own limit on a file's pages: the same SQLITE_FULL, without root's help.
@Suite struct FullDiskTests {
  private func limitPages(_ scratch: ScratchDatabase, extra: Int) async throws {
    try await scratch.database.commit { database in
      let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
      try database.execute(sql: "PRAGMA max_page_count = \(pages + extra)")
    }
  }

  private func fill(_ database: Database) throws {
    for number in 0..<100 { try database.addNote("\(number) " + String(repeating: "x", count: 4000)) }
  }

  @Test func aFullDiskIsAClearErrorWithNothingHalfDoneAndWorkGoesOnWhenThereIsRoom() async throws {
    let scratch = try ScratchDatabase()
    try await limitPages(scratch, extra: 2)
    await #expect(throws: StorageError.diskFull) { try await scratch.database.commit { try fill($0) } }
    #expect(try scratch.noteCount == 0)
    try await limitPages(scratch, extra: 1000)
    try await scratch.database.commit { try fill($0) }
    #expect(try scratch.noteCount == 100)
  }

  @Test func aFullDiskDoesNotForgetWhatWasAccepted() async throws {
    let scratch = try ScratchDatabase()
    try await scratch.database.commit { try $0.addNote("accepted") }
    try await limitPages(scratch, extra: 0)
    await #expect(throws: StorageError.diskFull) { try await scratch.database.commit { try fill($0) } }
    #expect(try scratch.database.readNow { try String.fetchAll($0, sql: "SELECT text FROM note") } == ["accepted"])
  }
}
