import GRDB
import MerkleLog
import Signing
import Storage

/// The signed heads of a plane's own log that are kept: the latest, and the latest that a witness has cosigned.
struct CheckpointStore: Sendable {
  enum Slot: String {
    case latest, cosigned
  }

  /// The note is absent only where a database had entries before this version signed any: its first commit signs.
  static let migrationSQL = """
    CREATE TABLE evidence_checkpoint (
      slot TEXT PRIMARY KEY CHECK (slot IN ('latest', 'cosigned')),
      size INTEGER NOT NULL,
      note TEXT,
      CHECK (note IS NOT NULL OR slot = 'latest')
    ) STRICT, WITHOUT ROWID;

    """

  /// How far the tree has grown, and whether that is signed. Nil before the first entry.
  func head(in database: Database) throws -> (size: Int, isSigned: Bool)? {
    let sql = "SELECT size, note IS NOT NULL FROM evidence_checkpoint WHERE slot = 'latest'"
    return try Row.fetchOne(database.cachedStatement(sql: sql)).map { ($0[0], $0[1]) }
  }

  /// As it was stored, not verified.
  func note(_ slot: Slot, in database: Database) throws -> UnverifiedNote? {
    let sql = "SELECT note FROM evidence_checkpoint WHERE slot = ?"
    guard let text = try String.fetchOne(database.cachedStatement(sql: sql), arguments: [slot.rawValue]) else {
      return nil
    }
    do { return try UnverifiedNote(text) } catch {
      throw StorageError.corrupt("table evidence_checkpoint: the \(slot.rawValue) one: \(error)")
    }
  }

  func put(_ checkpoint: VerifiedCheckpoint, as slot: Slot, in database: Database) throws {
    try put(checkpoint.checkpoint.size, checkpoint.note.description, as: slot, in: database)
  }

  /// Entries that are in the tree and that nobody has signed for.
  func putUnsigned(size: Int, in database: Database) throws { try put(size, nil, as: .latest, in: database) }

  private func put(_ size: Int, _ note: String?, as slot: Slot, in database: Database) throws {
    try database.cachedStatement(sql: "INSERT OR REPLACE INTO evidence_checkpoint VALUES (?, ?, ?)")
      .execute(arguments: [slot.rawValue, size, note])
  }
}
