import Foundation
import GRDB
import Storage
import Testing

@Suite struct PlaneDatabaseTests {
  @Test func writerIsDurableAndHardened() async throws {
    let scratch = try ScratchDatabase()
    let pragmas = try await scratch.database.commit { database in
      try ["synchronous", "journal_mode", "foreign_keys", "trusted_schema", "application_id"].map { name in
        let row = try Row.fetchOne(database, sql: "PRAGMA \(name)")
        return "\(row?[0] as DatabaseValue? ?? .null)"
      }
    }
    #expect(pragmas == ["2", "\"wal\"", "1", "0", "\(ScratchDatabase.applicationID)"])
  }

  @Test func defensiveModeRefusesToRewriteTheSchemaByHand() async throws {
    let scratch = try ScratchDatabase()
    await #expect(throws: StorageError.self) {
      try await scratch.database.commit { database in
        try database.execute(sql: "PRAGMA writable_schema = ON")
        try database.execute(sql: "UPDATE sqlite_schema SET sql = 'x' WHERE name = 'note'")
      }
    }
  }

  @Test func everyTableOfOursIsStrict() async throws {
    let scratch = try ScratchDatabase()
    let loose = try await scratch.database.read { database in
      try String.fetchAll(
        database,
        sql: """
          SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict
          AND name NOT LIKE 'sqlite_%' AND name <> 'grdb_migrations'
          """)
    }
    #expect(loose == [])
  }

  @Test func filesAreForTheirOwnerAlone() throws {
    let scratch = try ScratchDatabase()
    for name in ["state.sqlite", "state.sqlite-wal", "state.sqlite-shm", "state.sqlite.lock"] {
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(scratch.directory.path)/\(name)")
      #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
    }
  }

  @Test func secondDaemonOnOneHomeIsRefused() throws {
    let scratch = try ScratchDatabase()
    let error = #expect(throws: StorageError.self) { try ScratchDatabase.open(scratch.directory.path) }
    #expect("\(try #require(error))".contains("another process is using this home"))
  }

  @Test func whatWasCommittedIsThereAfterReopening() async throws {
    let directory = try ScratchDirectory()
    let first = try ScratchDatabase.open(directory.path)
    try await first.commit { try $0.addNote("kept") }
    try first.close()
    await #expect(throws: StorageError.self) { try await first.commit { try $0.addNote("after close") } }
    let reopened = try ScratchDatabase.open(directory.path)
    #expect(try reopened.readNow { try String.fetchAll($0, sql: "SELECT text FROM note") } == ["kept"])
  }
}
