import CLinux
import GRDB

/// How a connection is set up, and the proof that it was.
enum Connection {
  /// Files up to this size are checked page by page at opening, well under a second; larger ones by `sqlite3` on demand.
  static let integrityCheckLimit = 64 << 20

  static func configuration(path: String, applicationID: Int32) -> Configuration {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = true
    configuration.busyMode = .timeout(5)
    configuration.journalMode = .wal
    configuration.maximumReaderCount = 4
    configuration.prepareDatabase { database in
      let code = unsafe clinux_sqlite_defensive(UnsafeMutableRawPointer(database.sqliteConnection))
      guard code == 0 else { throw StorageError.other("SQLite's defensive mode could not be set") }
      try database.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
      // Before anything is written: GRDB switches to WAL only after this.
      try refuseForeign(database, path: path, applicationID: applicationID)
    }
    return configuration
  }

  private static func refuseForeign(_ database: Database, path: String, applicationID: Int32) throws {
    let found = try Int32.fetchOne(database, sql: "PRAGMA application_id")
    if found == applicationID { return }
    let isEmpty = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0
    guard found == 0, isEmpty else {
      throw StorageError.unusable("database \(path) belongs to another program or plane; nothing in it was changed")
    }
  }

  /// GRDB sets a WAL writer to NORMAL after `prepareDatabase`, so FULL is set here and asserted on this very connection.
  static func makeDurable(_ database: Database, applicationID: Int32) throws {
    try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 16777216")
    // Setting it writes a page even where nothing changes, and the disk may be full.
    if try Int32.fetchOne(database, sql: "PRAGMA application_id") != applicationID {
      try database.execute(sql: "PRAGMA application_id = \(applicationID)")
    }
    let expected: [(pragma: String, value: String)] = [
      ("synchronous", "2"), ("journal_mode", "wal"), ("foreign_keys", "1"), ("trusted_schema", "0"),
      ("application_id", "\(applicationID)"),
    ]
    for (pragma, value) in expected {
      let row = try Row.fetchOne(database, sql: "PRAGMA \(pragma)")
      guard row?[0].map({ "\($0)" }) == value else {
        throw StorageError.other("PRAGMA \(pragma) could not be set to \(value)")
      }
    }
  }

  static func checkIntegrity(_ database: Database) throws {
    let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
    let pageSize = try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 0
    guard pages * pageSize <= integrityCheckLimit else { return }
    let verdict = try String.fetchOne(database, sql: "PRAGMA quick_check(1)") ?? "no verdict"
    guard verdict == "ok" else { throw StorageError.corrupt(verdict) }
  }
}
