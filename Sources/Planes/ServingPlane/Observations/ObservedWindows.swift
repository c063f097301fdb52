import Drift
import GRDB
import PlaneContract
import Wire

/// Until when each monitor has reported of each place, so that no window is told twice.
struct ObservedWindows: Sendable {
  static let migrationSQL = """
    -- A row goes once a window that it would refuse is too old to be taken anyway.
    CREATE TABLE observed_window (
      monitor TEXT NOT NULL,
      model_id TEXT NOT NULL,
      environment TEXT NOT NULL,
      window_end INTEGER NOT NULL,
      PRIMARY KEY (monitor, model_id, environment)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX observed_window_end ON observed_window (window_end);
    """

  /// Records the window; refuses one that begins before the end of an earlier one of the same monitor and place.
  func take(_ observation: Observation, by monitor: PrincipalID, at now: Timestamp, in database: Database) throws {
    let place: StatementArguments = [monitor.text, observation.modelID.text, observation.environment.text]
    let sql = "SELECT window_end FROM observed_window WHERE monitor = ? AND model_id = ? AND environment = ?"
    let last = try Int64.fetchOne(database.cachedStatement(sql: sql), arguments: place)
    if let last, observation.windowStart.microseconds < last {
      let end = Timestamp(microseconds: last)
      throw Refusal(
        .conflict, "the window begins at \(observation.windowStart), but \(monitor) has reported until \(end)")
    }
    try database.cachedStatement(sql: "INSERT OR REPLACE INTO observed_window VALUES (?, ?, ?, ?)")
      .execute(arguments: place + [observation.windowEnd.microseconds])
    let oldest = now.adding(seconds: -Observation.oldestSeconds - Observation.longestSeconds).microseconds
    try database.cachedStatement(sql: "DELETE FROM observed_window WHERE window_end < ?").execute(arguments: [oldest])
  }
}
