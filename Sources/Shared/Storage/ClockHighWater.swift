import GRDB

/// The highest time this plane has seen, so that a clock set back cannot make expired things live again. The caller keeps
/// to itself what a clock that jumped ahead says (DESIGN section 5).
package enum ClockHighWater {
  package static let migrationSQL = """
    CREATE TABLE clock_high_water (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      time INTEGER NOT NULL
    ) STRICT;
    """

  /// Raises the mark to `now` (microseconds since the epoch) and returns the mark; an earlier `now` changes nothing.
  @discardableResult
  package static func observe(_ nowMicroseconds: Int64, in database: Database) throws -> Int64 {
    try database.cachedStatement(
      sql: "INSERT INTO clock_high_water VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET time = max(time, excluded.time)"
    ).execute(arguments: [nowMicroseconds])
    return try highest(in: database) ?? nowMicroseconds
  }

  /// Sets the mark to `now`, also back: an operator says that this is the time.
  package static func accept(_ nowMicroseconds: Int64, in database: Database) throws {
    try database.cachedStatement(
      sql: "INSERT INTO clock_high_water VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET time = excluded.time"
    ).execute(arguments: [nowMicroseconds])
  }

  /// The highest time ever observed, or nil before the first.
  package static func highest(in database: Database) throws -> Int64? {
    try Int64.fetchOne(database.cachedStatement(sql: "SELECT time FROM clock_high_water"))
  }
}
