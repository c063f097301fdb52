import GRDB

/// The time to which the clock jumped ahead, kept until somebody accepts it or the clock is set right: a restart must not make a
/// wrong time believed. Times are microseconds since the epoch.
package enum UnacceptedClockJump {
  package static let migrationSQL = """
    CREATE TABLE unaccepted_clock_jump (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      time INTEGER NOT NULL
    ) STRICT;
    """

  /// The first time after a jump is the one that stays.
  package static func note(_ nowMicroseconds: Int64, in database: Database) throws {
    try database.cachedStatement(
      sql:
        "INSERT INTO unaccepted_clock_jump VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET time = min(time, excluded.time)"
    ).execute(arguments: [nowMicroseconds])
  }

  package static func clear(in database: Database) throws {
    try database.cachedStatement(sql: "DELETE FROM unaccepted_clock_jump").execute()
  }

  package static func time(in database: Database) throws -> Int64? {
    try Int64.fetchOne(database.cachedStatement(sql: "SELECT time FROM unaccepted_clock_jump"))
  }
}
