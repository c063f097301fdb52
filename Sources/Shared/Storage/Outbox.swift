import FoundationEssentials
import GRDB
import Signing
import Wire

/// What waits to be delivered to another plane: written in the transaction of the state that it reports, removed only when
/// the peer's signed reply has come (DESIGN section 1). A peer that is down delays a row and never loses it.
///
/// Every function takes the `Database` of a running `commit` or read. Times are microseconds since the epoch.
package struct Outbox: Sendable {
  package static let migrationSQL = """
    CREATE TABLE outbox (
      -- AUTOINCREMENT: the number of a delivered row is never given to another.
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL,
      digest TEXT NOT NULL,
      body BLOB NOT NULL,
      enqueued_at INTEGER NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0,
      next_attempt_at INTEGER NOT NULL,
      parked_at INTEGER,
      parked_reason TEXT,
      UNIQUE (kind, digest)
    ) STRICT;
    CREATE INDEX outbox_pending ON outbox (sequence) WHERE parked_at IS NULL;
    CREATE INDEX outbox_parked ON outbox (sequence) WHERE parked_at IS NOT NULL;
    """

  /// Rows that may wait for delivery.
  package let limit: Int
  /// Refused rows kept for people to look at; beyond it the oldest goes. Their evidence entries stay.
  package let parkedLimit: Int

  package init(limit: Int = 10_000, parkedLimit: Int = 1_000) {
    self.limit = limit
    self.parkedLimit = parkedLimit
  }

  /// Adds a message body (its JSON bytes) of one kind; `digest` is the payload digest of the attestation in it. A row that waits
  /// or was parked under the same name gives way to the new body, which may carry more signatures: it goes to the end under a
  /// new number, so that the end of a delivery that is under way does not remove it. Throws `StorageError.overloaded` when full.
  package func enqueue(
    kind: String, digest: Digest, body: [UInt8], nowMicroseconds now: Int64, in database: Database
  ) throws {
    // Before the row that waits is touched: who goes on without this one must not have lost that one.
    guard try isWaiting(kind: kind, digest: digest, in: database) || pendingCount(in: database) < limit else {
      throw StorageError.overloaded("\(limit) messages already wait for delivery to another plane")
    }
    try database.cachedStatement(sql: "DELETE FROM outbox WHERE kind = ? AND digest = ?")
      .execute(arguments: [kind, digest.description])
    try database.cachedStatement(
      sql: "INSERT INTO outbox (kind, digest, body, enqueued_at, next_attempt_at) VALUES (?, ?, ?, ?, ?)"
    ).execute(arguments: [kind, digest.description, Data(body), now, now])
  }

  package func isWaiting(kind: String, digest: Digest, in database: Database) throws -> Bool {
    let sql = "SELECT 1 FROM outbox WHERE kind = ? AND digest = ? AND parked_at IS NULL"
    return try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [kind, digest.description]) != nil
  }

  /// The digests of one kind that wait for delivery, oldest first.
  package func waiting(_ kind: String, in database: Database) throws -> [Digest] {
    let sql = "SELECT digest FROM outbox WHERE kind = ? AND parked_at IS NULL ORDER BY sequence"
    return try String.fetchAll(database, sql: sql, arguments: [kind]).compactMap { Digest($0) }
  }

  /// What was enqueued must not be delivered any more: the row goes, if it still waits.
  package func withdraw(kind: String, digest: Digest, in database: Database) throws {
    try database.cachedStatement(sql: "DELETE FROM outbox WHERE kind = ? AND digest = ? AND parked_at IS NULL")
      .execute(arguments: [kind, digest.description])
  }

  /// Up to `limit` rows whose time has come, in the order in which they were added; those of the kind `first` before others. Of the
  /// kind `ordered` only the oldest that waits: the next is due when that one is gone. A row that would wait longer than any failure
  /// makes it wait was put off by another clock, or by another hand: its time has come.
  package func due(
    nowMicroseconds now: Int64, limit: Int, first: String = "", ordered: String = "", in database: Database
  ) throws -> [OutboxMessage] {
    let sql = """
      SELECT sequence, kind, digest, body, attempts FROM outbox
      WHERE parked_at IS NULL AND next_attempt_at NOT BETWEEN ? AND ?
        AND (kind <> ? OR sequence = (SELECT min(sequence) FROM outbox WHERE parked_at IS NULL AND kind = ?))
      ORDER BY kind = ? DESC, sequence LIMIT ?
      """
    let maximum = OutboxBackoff.maximumMicroseconds
    let (later, latest) = (min(now, .max - 1) + 1, min(now, .max - maximum) + maximum)
    let statement = try database.cachedStatement(sql: sql)
    return try Row.fetchAll(statement, arguments: [later, latest, ordered, ordered, first, limit]).map(
      OutboxMessage.init(row:))
  }

  /// The peer's signed reply has come: the row goes.
  package func delivered(_ sequence: Int64, in database: Database) throws {
    try database.cachedStatement(sql: "DELETE FROM outbox WHERE sequence = ?").execute(arguments: [sequence])
  }

  /// An attempt failed in a way that may pass: tries again after `OutboxBackoff`.
  package func postpone(_ sequence: Int64, nowMicroseconds now: Int64, in database: Database) throws {
    let attempts = try Int.fetchOne(
      database, sql: "SELECT attempts FROM outbox WHERE sequence = ?", arguments: [sequence])
    guard let attempts else { return }
    let next = now + OutboxBackoff.delayMicroseconds(afterAttempts: attempts + 1, jitter: .random(in: 0.5...1))
    try database.cachedStatement(sql: "UPDATE outbox SET attempts = ?, next_attempt_at = ? WHERE sequence = ?")
      .execute(arguments: [attempts + 1, next, sequence])
  }

  /// The peer refused for good: the row is kept aside with the reason, which the caller reports as a critical event.
  package func park(_ sequence: Int64, reason: String, nowMicroseconds now: Int64, in database: Database) throws {
    try database.execute(
      sql: "UPDATE outbox SET parked_at = ?, parked_reason = ? WHERE sequence = ?",
      arguments: [now, reason.clipped(500), sequence])
    try database.execute(
      sql: """
        DELETE FROM outbox WHERE sequence IN
          (SELECT sequence FROM outbox WHERE parked_at IS NOT NULL ORDER BY sequence DESC LIMIT -1 OFFSET ?)
        """,
      arguments: [parkedLimit])
  }

  /// The peer is back: every waiting row is due now.
  package func makeAllDue(nowMicroseconds now: Int64, in database: Database) throws {
    try database.execute(
      sql: "UPDATE outbox SET next_attempt_at = :now WHERE parked_at IS NULL AND next_attempt_at > :now",
      arguments: ["now": now])
  }

  package func pendingCount(in database: Database) throws -> Int { try count("parked_at IS NULL", database) }
  package func pendingCount(of kind: String, in database: Database) throws -> Int {
    let sql = "SELECT count(*) FROM outbox WHERE parked_at IS NULL AND kind = ?"
    return try Int.fetchOne(database.cachedStatement(sql: sql), arguments: [kind]) ?? 0
  }
  /// Those of a kind that were not delivered, for the moment or for good.
  package func undeliveredCount(of kind: String, in database: Database) throws -> Int {
    try Int.fetchOne(database.cachedStatement(sql: "SELECT count(*) FROM outbox WHERE kind = ?"), arguments: [kind])
      ?? 0
  }
  package func parkedCount(in database: Database) throws -> Int { try count("parked_at IS NOT NULL", database) }

  private func count(_ condition: String, _ database: Database) throws -> Int {
    try Int.fetchOne(database.cachedStatement(sql: "SELECT count(*) FROM outbox WHERE \(condition)")) ?? 0
  }
}

/// One row to deliver.
package struct OutboxMessage: Sendable, Equatable {
  package let sequence: Int64
  package let kind: String
  package let digest: String
  /// The JSON bytes of the message's `body`.
  package let body: [UInt8]
  /// Attempts that failed so far.
  package let attempts: Int

  init(row: Row) {
    sequence = row["sequence"]
    kind = row["kind"]
    digest = row["digest"]
    body = [UInt8](row["body"] as Data)
    attempts = row["attempts"]
  }
}

/// How long to wait after failed attempts: 0.2 s, doubled each time up to 60 s.
package enum OutboxBackoff {
  static let firstMicroseconds: Int64 = 200_000
  static let maximumMicroseconds: Int64 = 60_000_000

  /// `jitter`, from 0.5 to 1, keeps planes that failed together from coming back together.
  package static func delayMicroseconds(afterAttempts attempts: Int, jitter: Double) -> Int64 {
    let doublings = min(max(attempts - 1, 0), 16)
    let delay = min(firstMicroseconds << Int64(doublings), maximumMicroseconds)
    return Int64(Double(delay) * jitter)
  }
}
