import GRDB

/// Remembers which messages that change state were accepted, in the effect's own transaction, across restarts: the same
/// id of the same sender is accepted once (DESIGN section 2).
///
/// An id is kept until 30 s after its message expired, by the highest time seen; the wall clock is not asked, so setting
/// it back frees nothing. A message older than that mark is refused, because its id may have been forgotten.
package struct ReplayGuard: Sendable {
  package static let migrationSQL = """
    CREATE TABLE seen_message (
      sender TEXT NOT NULL,
      id TEXT NOT NULL,
      keep_until INTEGER NOT NULL,
      PRIMARY KEY (sender, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX seen_message_keep_until ON seen_message (keep_until);
    -- Counting 200,000 rows at every message would cost more than the message.
    CREATE TABLE seen_message_count (
      sender TEXT PRIMARY KEY,
      messages INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER seen_message_added AFTER INSERT ON seen_message BEGIN
      INSERT INTO seen_message_count VALUES (NEW.sender, 1)
        ON CONFLICT (sender) DO UPDATE SET messages = messages + 1;
    END;
    CREATE TRIGGER seen_message_forgotten AFTER DELETE ON seen_message BEGIN
      UPDATE seen_message_count SET messages = messages - 1 WHERE sender = OLD.sender;
      DELETE FROM seen_message_count WHERE sender = OLD.sender AND messages = 0;
    END;
    """

  static let graceMicroseconds: Int64 = 30_000_000

  /// Ids kept at one time, of all senders and of one.
  let limit: Int
  let senderLimit: Int

  package init(limit: Int = 200_000, senderLimit: Int = 50_000) {
    self.limit = limit
    self.senderLimit = senderLimit
  }

  /// Accepts a message id of an authenticated sender, once. `expiresAt` is the message's own, in microseconds. The caller
  /// observes the time in `ClockHighWater` before, in the same transaction, unless its clock is not to be believed.
  ///
  /// Throws `ReplayRefusal`, or `StorageError.overloaded` when the sender's share or the whole table is full.
  package func record(
    sender: String, id: String, expiresAtMicroseconds expiresAt: Int64, in database: Database
  ) throws {
    let highest = try ClockHighWater.highest(in: database) ?? .min
    let keepUntil = expiresAt + Self.graceMicroseconds
    guard keepUntil >= highest else { throw ReplayRefusal.tooOld }
    try database.cachedStatement(sql: "DELETE FROM seen_message WHERE keep_until < ?").execute(arguments: [highest])
    let seen = try database.cachedStatement(sql: "SELECT 1 FROM seen_message WHERE sender = ? AND id = ?")
    guard try Row.fetchOne(seen, arguments: [sender, id]) == nil else { throw ReplayRefusal.replayed }
    try checkRoom(for: sender, in: database)
    try database.cachedStatement(sql: "INSERT INTO seen_message VALUES (?, ?, ?)")
      .execute(arguments: [sender, id, keepUntil])
  }

  /// Forgets the ids of messages that expire later than any message of this time may: they were accepted by a clock that ran ahead,
  /// and would take up the room of others until that time has come. Only for who says that the clock is right now.
  package func forgetAhead(of latestExpiryMicroseconds: Int64, in database: Database) throws {
    try database.cachedStatement(sql: "DELETE FROM seen_message WHERE keep_until > ?")
      .execute(arguments: [latestExpiryMicroseconds + Self.graceMicroseconds])
  }

  private func checkRoom(for sender: String, in database: Database) throws {
    let sql =
      "SELECT coalesce(sum(messages), 0), coalesce(sum(messages) FILTER (WHERE sender = ?), 0) FROM seen_message_count"
    guard let counts = try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [sender]) else { return }
    let (all, own): (Int, Int) = (counts[0], counts[1])
    guard own < senderLimit else { throw StorageError.overloaded("too many recent messages from \(sender)") }
    guard all < limit else { throw StorageError.overloaded("too many recent messages") }
  }
}

/// Why a message's id was not accepted.
package enum ReplayRefusal: Error, Equatable, CustomStringConvertible {
  case replayed
  /// It expired longer ago than ids are kept, by the highest time this plane has seen.
  case tooOld

  package var description: String {
    switch self {
    case .replayed: "this message was already received; send a new one"
    case .tooOld: "this message expired before the latest time that this plane has seen"
    }
  }
}
