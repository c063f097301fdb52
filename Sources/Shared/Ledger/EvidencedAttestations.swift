import FoundationEssentials
import GRDB
import MerkleLog
import Wire

/// The attestations of one event that the evidence names, found without reading all of it: what ended something for ever must
/// still be in its table, also when somebody deleted the row or changed the columns that lead to it.
///
/// Whoever deletes the entry too is noticed only by those who hold an earlier checkpoint of the log.
package struct EvidencedAttestations: Sendable {
  private let event: EvidenceEvent

  package init(of event: EvidenceEvent) { self.event = event }

  /// The index that the look-ups use, for a plane's migrations.
  package var migrationSQL: String {
    "CREATE INDEX evidence_\(event.rawValue) ON evidence (model_id, attestation_digest) WHERE \(condition);\n"
  }

  /// The digests of those about one model whose data has `value` as its `field`. An entry that cannot be read may be one of them.
  package func digests(
    of model: ModelID, where field: String, is value: String, in database: Database
  ) throws -> [String] {
    let sql = """
      SELECT attestation_digest FROM evidence WHERE \(condition) AND model_id = ?
        AND iif(json_valid(CAST(entry AS TEXT)), json_extract(CAST(entry AS TEXT), ?) IS ?, TRUE)
      """
    return try String.fetchAll(
      database.cachedStatement(sql: sql), arguments: [model.text, "$.data.\(field)", value])
  }

  /// All of them, with the data of their entries as it was written.
  package func all(in database: Database) throws -> [(digest: String, data: JSONObject)] {
    let sql = "SELECT attestation_digest, entry FROM evidence WHERE \(condition)"
    return try Row.fetchAll(database, sql: sql).map { row in
      let entry = try? StrictJSON.parse([UInt8](row["entry"] as Data)).object
      return (row["attestation_digest"], entry?["data"]?.object ?? [:])
    }
  }

  /// A literal: SQLite takes a partial index only where it sees the same condition.
  private var condition: String { "event = '\(event.rawValue)'" }
}
