import GRDB
import MerkleLog
import Signing
import Storage

/// How much of a log an audit walks over.
package enum AuditExtent: Sendable {
  /// What came since the last audit of all was finished, and in any case the last 10,000 entries.
  case recent
  case all

  package static let recentEntries = 10_000
}

extension SQLiteEvidenceLedger {
  package func audit(_ extent: AuditExtent, in database: Database) throws -> LogAudit {
    let entries = try count(in: database)
    guard let size = try CheckpointStore().size(in: database), let signed = try checkpoint(in: database)?.checkpoint
    else {
      guard entries == 0 else {
        throw StorageError.corrupt("table evidence_checkpoint: the checkpoint of \(entries) entries is gone")
      }
      return try LogAudit(from: 0, to: 0, root: MerkleHash.empty, in: database)
    }
    guard size == entries else {
      throw StorageError.corrupt("table evidence: it has \(entries) entries, and this plane signed for \(size)")
    }
    try checkNodes(of: entries, in: database)
    try check(signed, of: size, in: database)
    try checkCosigned(within: size, in: database)
    let start = extent == .all ? 0 : max(0, min(try auditedSize(in: database), entries - AuditExtent.recentEntries))
    return try LogAudit(from: start, to: entries, root: signed.root, in: database)
  }

  package func finish(_ audit: LogAudit, in database: Database) throws {
    guard audit.isFinished else { return }
    try database.cachedStatement(sql: "INSERT OR REPLACE INTO evidence_audit VALUES (1, ?)")
      .execute(arguments: [audit.size])
  }

  /// How many entries the last finished audit of all covered: a start need not wait for those.
  static let auditSQL = """
    CREATE TABLE evidence_audit (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      size INTEGER NOT NULL
    ) STRICT;

    """

  private func auditedSize(in database: Database) throws -> Int {
    try Int.fetchOne(database, sql: "SELECT size FROM evidence_audit") ?? 0
  }

  /// A node more, or one that is no node of this log, would be taken for one later.
  private func checkNodes(of size: Int, in database: Database) throws {
    for level in 1...Int.bitWidth {
      // The last question is about every level that no log has.
      let sql = "SELECT 1 FROM evidence_node WHERE level \(level < Int.bitWidth ? "=" : ">=") ? AND position >= ?"
      let isBeyond =
        try Row.fetchOne(
          database.cachedStatement(sql: sql), arguments: [level, level < Int.bitWidth ? size >> level : Int.min]) != nil
      guard !isBeyond else {
        throw StorageError.corrupt("table evidence_node: level \(level) has a hash beyond the \(size) entries")
      }
    }
  }

  private func check(_ signed: Checkpoint, of size: Int, in database: Database) throws {
    guard signed.size == size else {
      throw StorageError.corrupt("table evidence_checkpoint: the latest is of \(signed.size) entries, not of \(size)")
    }
    guard try EvidenceTree(database).root(size: size) == signed.root else {
      throw StorageError.corrupt(
        "table evidence or evidence_node: the \(size) entries have not the root that this plane signed")
    }
  }

  private func checkCosigned(within size: Int, in database: Database) throws {
    guard let cosigned = try cosigned(in: database)?.checkpoint else { return }
    guard cosigned.size <= size else {
      throw StorageError.corrupt(
        "table evidence: it has \(size) entries, and a witness has seen \(cosigned.size): it is an older copy")
    }
    guard try EvidenceTree(database).root(size: cosigned.size) == cosigned.root else {
      throw StorageError.corrupt(
        "table evidence: it does not begin with the \(cosigned.size) entries that a witness saw")
    }
  }
}
