import GRDB
import MerkleLog
import Signing
import Storage

/// The signed heads of a plane's own log that are kept: the latest, and the latest that a witness has cosigned.
struct CheckpointStore: Sendable {
  enum Slot: String {
    case latest, cosigned
  }

  /// A row without a note is no head; no version writes one.
  static let migrationSQL = """
    CREATE TABLE evidence_checkpoint (
      slot TEXT PRIMARY KEY CHECK (slot IN ('latest', 'cosigned')),
      size INTEGER NOT NULL,
      note TEXT,
      CHECK (note IS NOT NULL OR slot = 'latest')
    ) STRICT, WITHOUT ROWID;

    """

  /// How far the tree has grown. Nil before the first entry.
  func size(in database: Database) throws -> Int? {
    let sql = "SELECT size FROM evidence_checkpoint WHERE slot = 'latest'"
    return try Int.fetchOne(database.cachedStatement(sql: sql))
  }

  /// As it was stored, not verified.
  func note(_ slot: Slot, in database: Database) throws -> UnverifiedNote? {
    let sql = "SELECT note FROM evidence_checkpoint WHERE slot = ?"
    guard let row = try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [slot.rawValue]) else {
      return nil
    }
    guard let text: String = row[0] else {
      throw StorageError.corrupt("table evidence_checkpoint: the \(slot.rawValue) one is not signed")
    }
    do { return try UnverifiedNote(text) } catch {
      throw StorageError.corrupt("table evidence_checkpoint: the \(slot.rawValue) one: \(error)")
    }
  }

  func put(_ checkpoint: VerifiedCheckpoint, as slot: Slot, in database: Database) throws {
    try database.cachedStatement(sql: "INSERT OR REPLACE INTO evidence_checkpoint VALUES (?, ?, ?)")
      .execute(arguments: [slot.rawValue, checkpoint.checkpoint.size, checkpoint.note.description])
  }
}
