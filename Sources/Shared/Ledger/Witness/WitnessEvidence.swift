import FoundationEssentials
import GRDB
import MerkleLog
import Signing
import Storage
import Wire

/// Disputes and resets as the evidence tells them: a row that somebody deletes would end a quarantine, or let an old reset come again.
package struct WitnessEvidence: Sendable {
  /// A literal: SQLite takes a partial index only where it sees the same condition.
  private static let condition = "event IN ('log_disputed', 'log_reset_accepted')"

  /// For a later migration of every plane.
  package static let migrationSQL = "CREATE INDEX evidence_witnessing ON evidence (entry_index) WHERE \(condition);\n"

  package init() {}

  /// Throws `StorageError.corrupt`, which names the table and the log, when a dispute that no reset has ended, or the last reset of a log,
  /// is not in its table, when a reset is in the table that the log does not name, and when a head stands under another log's name.
  package func check(in database: Database) throws {
    let sql = "SELECT event, attestation_digest, entry FROM evidence WHERE \(Self.condition) ORDER BY entry_index"
    var disputed: Set<String> = []
    var resets: [String: String] = [:]
    for row in try Row.fetchAll(database, sql: sql) {
      let entry = try? StrictJSON.parse([UInt8](row["entry"] as Data)).object
      guard let log = entry?["data"]?.object?["log"]?.string else { continue }
      if row["event"] == EvidenceEvent.logDisputed.rawValue {
        disputed.insert(log)
      } else {
        disputed.remove(log)
        resets[log] = row["attestation_digest"]
      }
    }
    for log in disputed.sorted() { try requireDispute(of: log, in: database) }
    for (log, digest) in resets.sorted(by: { $0.key < $1.key }) { try requireReset(of: log, digest, in: database) }
    let stored = try String.fetchAll(database, sql: "SELECT origin FROM log_reset ORDER BY origin")
    if let stranger = stored.first(where: { resets[$0] == nil }) {
      throw StorageError.corrupt(
        "table log_reset: the reset of \(stranger) is in no evidence: this plane never took it")
    }
    try requireNames(in: database)
  }

  /// A head under another name would be one of a log that was never seen, and so of any past. Its text begins with its origin.
  private func requireNames(in database: Database) throws {
    for row in try Row.fetchAll(database, sql: "SELECT origin, head FROM witnessed_log") {
      let (origin, head): (String, String) = (row["origin"], row["head"])
      guard head.hasPrefix("\(origin)\n") else {
        throw StorageError.corrupt("table witnessed_log: the head under the name \(origin) is not its own")
      }
    }
  }

  private func requireDispute(of log: String, in database: Database) throws {
    let sql = "SELECT EXISTS (SELECT 1 FROM log_dispute WHERE origin = ?)"
    guard try Bool.fetchOne(database, sql: sql, arguments: [log]) == true else {
      throw StorageError.corrupt("table log_dispute: the dispute of \(log) that the evidence names is missing")
    }
  }

  private func requireReset(of log: String, _ digest: String, in database: Database) throws {
    let bytes = try Data.fetchOne(database, sql: "SELECT envelope FROM log_reset WHERE origin = ?", arguments: [log])
    let envelope = bytes.flatMap { try? UnverifiedEnvelope(parsing: [UInt8]($0), maximumPayload: 1 << 20) }
    guard envelope?.payloadDigest.description == digest else {
      throw StorageError.corrupt("table log_reset: the reset of \(log) that the evidence names, \(digest), is missing")
    }
  }
}
