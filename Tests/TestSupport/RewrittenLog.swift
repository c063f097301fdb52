import Foundation
import GRDB
import Ledger
import MerkleLog
import Signing

/// The log of a plane that has ended, written anew by somebody who has its file and its key. Tree and head are right again, so that the
/// plane itself starts on it: only who has seen the log before can tell.
package enum RewrittenLog {
  /// An entry with the columns by which its plane finds it.
  package struct Entry {
    package var bytes: [UInt8]
    fileprivate let attestation: String?
    fileprivate let event: String
    fileprivate let model: String?
    fileprivate let time: Int64

    package var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  /// - Parameters:
  ///   - path: the database, which no plane has open.
  ///   - change: what becomes of the entries; whoever takes one out in the middle numbers the others anew.
  package static func write(
    over path: String, origin: EvidenceOrigin, signedBy key: SecretKey, _ change: (inout [Entry]) throws -> Void
  ) throws {
    let ledger = SQLiteEvidenceLedger(origin: origin, signer: key, keysEver: { [key.publicKey] })
    try DatabaseQueue(path: path).write { database in
      var entries = try read(database)
      try change(&entries)
      try withoutTriggers(in: database) {
        for table in ["evidence", "evidence_node", "evidence_checkpoint", "evidence_audit"] {
          try database.execute(sql: "DELETE FROM \(table)")
        }
        for (index, entry) in entries.enumerated() { try insert(entry, at: index, in: database) }
        try ledger.seal(in: database)
      }
    }
  }

  private static func read(_ database: Database) throws -> [Entry] {
    try Row.fetchAll(database, sql: "SELECT * FROM evidence ORDER BY entry_index").map { row in
      Entry(
        bytes: [UInt8](row["entry"] as Data), attestation: row["attestation_digest"], event: row["event"],
        model: row["model_id"], time: row["time"])
    }
  }

  private static func insert(_ entry: Entry, at index: Int, in database: Database) throws {
    try database.execute(
      sql: "INSERT INTO evidence VALUES (?, ?, ?, ?, ?, ?)",
      arguments: [index, Data(entry.bytes), entry.attestation, entry.event, entry.model, entry.time])
  }

  /// They are there again when the plane looks.
  private static func withoutTriggers(in database: Database, _ body: () throws -> Void) throws {
    let triggers = try Row.fetchAll(
      database,
      sql: "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('evidence', 'evidence_node')")
    for trigger in triggers { try database.execute(sql: "DROP TRIGGER \(trigger["name"] as String)") }
    try body()
    for trigger in triggers { try database.execute(sql: trigger["sql"]) }
  }
}
