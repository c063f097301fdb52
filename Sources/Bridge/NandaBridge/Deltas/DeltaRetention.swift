import GRDB
import Wire

// What is not kept.
extension DeltaLog {
  /// Where it is time, lets the oldest deltas go, a hundredth at once. The newest word on a listed agent among them is told again at the
  /// end: so what is kept always begins with nothing missing, and who begins at 0 hears of every agent that is listed.
  func forgetOldest(at now: Timestamp, in database: Database) throws {
    let count = try Int.fetchOne(database, sql: "SELECT count FROM delta_extent") ?? 0
    guard count > kept + kept / 100 else { return }
    let listed = try Int.fetchOne(database, sql: "SELECT count(*) FROM agent WHERE action = 'upsert'") ?? 0
    let surplus = count - max(kept, 2 * listed)
    guard surplus > 0 else { return }
    let oldest = "SELECT seq FROM delta ORDER BY seq LIMIT ?"
    guard let horizon = try Int.fetchAll(database, sql: oldest, arguments: [surplus]).last else { return }
    let repeated = try tellAgain(upTo: horizon, at: now, in: database)
    try database.execute(sql: "DELETE FROM agent WHERE seq <= ?", arguments: [horizon])
    try database.execute(sql: "DELETE FROM delta WHERE seq <= ?", arguments: [horizon])
    try database.execute(sql: "DELETE FROM withheld WHERE seq <= ?", arguments: [horizon])
    try database.execute(
      sql: "UPDATE delta_extent SET count = count - ?, horizon = ?", arguments: [surplus - repeated, horizon])
  }

  private func tellAgain(upTo horizon: Int, at now: Timestamp, in database: Database) throws -> Int {
    let sql = "SELECT agent FROM agent WHERE action = 'upsert' AND seq <= ? ORDER BY seq"
    let agents = try String.fetchAll(database, sql: sql, arguments: [horizon])
    for agent in agents {
      let seq = try next(at: now, in: database)
      try database.cachedStatement(
        sql: """
          INSERT INTO delta SELECT ?, agent, action, ?, document FROM delta
          WHERE seq = (SELECT seq FROM agent WHERE agent = ?)
          """
      ).execute(arguments: [seq, now.microseconds, agent])
      try database.cachedStatement(sql: "UPDATE agent SET seq = ? WHERE agent = ?").execute(arguments: [seq, agent])
    }
    return agents.count
  }
}
