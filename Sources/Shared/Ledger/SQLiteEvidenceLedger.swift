import FoundationEssentials
import GRDB
import MerkleLog
import Signing
import Storage
import Wire

/// The evidence of one plane in its own database. Triggers refuse to change, remove or skip an entry, whichever statement
/// tries; that binds this program's mistakes, not whoever owns the file.
package struct SQLiteEvidenceLedger: EvidenceLedger {
  package static let migrationSQL = """
    CREATE TABLE evidence (
      entry_index INTEGER PRIMARY KEY,
      entry BLOB NOT NULL,
      attestation_digest TEXT,
      event TEXT NOT NULL,
      model_id TEXT,
      time INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX evidence_model ON evidence (model_id, entry_index) WHERE model_id IS NOT NULL;
    CREATE TRIGGER evidence_never_updated BEFORE UPDATE ON evidence BEGIN
      SELECT raise(ABORT, 'evidence is append-only');
    END;
    CREATE TRIGGER evidence_never_deleted BEFORE DELETE ON evidence BEGIN
      SELECT raise(ABORT, 'evidence is append-only');
    END;
    -- Also stops INSERT OR REPLACE, which deletes without asking the trigger above.
    CREATE TRIGGER evidence_without_gaps BEFORE INSERT ON evidence
    WHEN NEW.entry_index IS NOT (SELECT coalesce(max(entry_index) + 1, 0) FROM evidence) BEGIN
      SELECT raise(ABORT, 'evidence entries are numbered without gaps');
    END;
    """

  /// For a later migration of every plane. No release wrote entries without a tree: a file that has some was made to look so, in order
  /// that this plane sign what somebody else wrote. Throws `StorageError.corrupt`.
  package static func addTree(_ database: Database) throws {
    guard try Row.fetchOne(database, sql: "SELECT 1 FROM evidence") == nil else {
      throw StorageError.corrupt("table evidence: it has entries that no plane has signed for")
    }
    let sql = EvidenceTree.migrationSQL + CheckpointStore.migrationSQL + Self.auditSQL + EvidencedTable.indexSQL
    try database.execute(sql: sql)
  }

  static let readLimit = 1000

  package let origin: EvidenceOrigin
  let signer: any CheckpointSigner
  let keysEver: @Sendable () -> [PublicKey]

  /// - Parameters:
  ///   - signer: of the log's heads.
  ///   - keysEver: every key that this log's heads may be signed by: a replaced key's checkpoints stay what they are.
  package init(
    origin: EvidenceOrigin, signer: any CheckpointSigner, keysEver: @escaping @Sendable () -> [PublicKey]
  ) {
    self.origin = origin
    self.signer = signer
    self.keysEver = keysEver
  }

  @discardableResult
  package func record(
    event: EvidenceEvent, data: JSONObject, attestation: Digest?, time: Timestamp, in database: Database
  ) throws -> EvidenceID {
    let index = try count(in: database)
    let entry = EvidenceEntry(index: index, time: time, event: event, data: data, attestation: attestation)
    let bytes = entry.bytes
    guard bytes.count <= EvidenceEntry.maximumByteCount else {
      throw EvidenceError.tooLarge(event, byteCount: bytes.count)
    }
    try database.cachedStatement(sql: "INSERT INTO evidence VALUES (?, ?, ?, ?, ?, ?)").execute(arguments: [
      index, Data(bytes), attestation?.description, event.rawValue, data["model_id"]?.string, time.microseconds,
    ])
    return EvidenceID(origin: origin, index: index)
  }

  package func entries(from index: Int, limit: Int, in database: Database) throws -> [StoredEvidence] {
    let sql = "SELECT entry_index, entry FROM evidence WHERE entry_index >= ? ORDER BY entry_index LIMIT ?"
    let bounded = min(max(limit, 0), Self.readLimit)
    return try Row.fetchAll(database.cachedStatement(sql: sql), arguments: [index, bounded]).map { row in
      StoredEvidence(index: row["entry_index"], bytes: [UInt8](row["entry"] as Data))
    }
  }

  package func count(in database: Database) throws -> Int {
    let sql = "SELECT coalesce(max(entry_index) + 1, 0) FROM evidence"
    return try Int.fetchOne(database.cachedStatement(sql: sql)) ?? 0
  }
}
