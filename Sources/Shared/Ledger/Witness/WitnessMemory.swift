import Attestations
import GRDB
import MerkleLog
import Signing
import Storage
import Wire

/// What a plane remembers of logs: the last head that it believed, the contradictions, and the resets that ended some. One row each
/// for every log, and a house has three.
package struct WitnessMemory: Sendable {
  package static let migrationSQL = """
    -- A signed note, or the bare checkpoint that a reset has set.
    CREATE TABLE witnessed_log (
      origin TEXT PRIMARY KEY,
      head TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    -- Both heads are kept as they were signed: together they are the proof.
    CREATE TABLE log_dispute (
      origin TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      held TEXT NOT NULL,
      shown TEXT NOT NULL,
      missing INTEGER,
      since INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    """

  /// For a later migration of every plane.
  package static let overruledHeadsSQL = OverruledHeads.migrationSQL

  package init() {}

  /// The last head of a log that was believed; nil for a log that was never seen. Throws `StorageError.corrupt` when the row is not
  /// what that log's plane has signed.
  package func head(of log: PeerLog, in database: Database) throws -> RememberedHead? {
    let sql = "SELECT head FROM witnessed_log WHERE origin = ?"
    let text = try String.fetchOne(database.cachedStatement(sql: sql), arguments: [log.origin.description])
    return try text.map { try read($0, of: log, in: database) }
  }

  /// The head as its plane signed it; nil also while only a reset says where the log stands.
  package func note(of log: PeerLog, in database: Database) throws -> VerifiedCheckpoint? {
    guard let note = try head(of: log, in: database)?.note else { return nil }
    return try verified(note, of: log)
  }

  func put(_ head: RememberedHead, in database: Database) throws {
    try database.cachedStatement(sql: "INSERT OR REPLACE INTO witnessed_log VALUES (?, ?)")
      .execute(arguments: [head.checkpoint.origin, head.text])
  }

  private func read(_ text: String, of log: PeerLog, in database: Database) throws -> RememberedHead {
    guard let head = RememberedHead(text: text), head.checkpoint.origin == log.origin.description else {
      throw StorageError.corrupt("table witnessed_log: the head of \(log.origin) is none")
    }
    if let note = head.note {
      _ = try verified(note, of: log)
    } else if try LogResets().latest(of: log.origin, in: database)?.reset.checkpoint != head.checkpoint {
      // Bare lines bear nobody's signature: only the root keys set such a head.
      throw StorageError.corrupt("table witnessed_log: no reset has set the head of \(log.origin)")
    }
    return head
  }

  private func verified(_ note: UnverifiedNote, of log: PeerLog) throws -> VerifiedCheckpoint {
    do { return try log.remembered(note) } catch {
      throw StorageError.corrupt("table witnessed_log: \(error)")
    }
  }
}

// Contradictions.
extension WitnessMemory {
  /// The contradiction that a log is in; nil while it is believed. A row that cannot be read is one too.
  package func dispute(of origin: EvidenceOrigin, in database: Database) throws -> LogDispute? {
    let sql = "SELECT * FROM log_dispute WHERE origin = ?"
    guard let row = try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [origin.description]) else {
      return nil
    }
    guard let kind = LogDispute.Kind(rawValue: row["kind"]), let held = RememberedHead(text: row["held"]),
      let shown = RememberedHead(text: row["shown"])
    else { throw StorageError.corrupt("table log_dispute: the row of \(origin) cannot be read") }
    return LogDispute(
      of: origin, kind, held: held, shown: shown, missing: row["missing"],
      since: Timestamp(microseconds: row["since"]))
  }

  /// The first contradiction of a log stays: what comes after it proves no more.
  package func put(_ dispute: LogDispute, in database: Database) throws {
    try database.cachedStatement(sql: "INSERT OR IGNORE INTO log_dispute VALUES (?, ?, ?, ?, ?, ?)").execute(
      arguments: [
        dispute.origin.description, dispute.kind.rawValue, dispute.held.text, dispute.shown.text, dispute.missing,
        dispute.since.microseconds,
      ])
  }

  func settle(_ origin: EvidenceOrigin, in database: Database) throws {
    try database.cachedStatement(sql: "DELETE FROM log_dispute WHERE origin = ?").execute(
      arguments: [origin.description])
  }
}
