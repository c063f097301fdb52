import Attestations
import FoundationEssentials
import GRDB
import MerkleLog
import Signing
import Wire

/// What the log says of one place: whether a promotion is the last word on it. Whoever writes into the table of deployments can say of what
/// has ended that it runs; the log says that it ended.
struct PlaceHistory: Sendable {
  /// For a later migration of the serving plane.
  static let migrationSQL = "CREATE INDEX evidence_place ON evidence (model_id, entry_index) WHERE \(condition);\n"

  /// Literals: names of this program, no input. SQLite takes a partial index only where it sees the same condition.
  private static let condition = "event IN ('model_deployment', 'undeployment_intended', 'model_undeployed')"

  let place: Place

  /// Whether what was promoted was never superseded or undeployed, nor anybody asked for that.
  ///
  /// - Parameter promotion: by its payload digest, as its `model_deployment` names it.
  func endsWith(_ promotion: Digest, in database: Database) throws -> Bool {
    let sql = """
      SELECT event, attestation_digest, entry FROM evidence
      WHERE \(Self.condition) AND model_id = ? ORDER BY entry_index DESC
      """
    let rows = try Row.fetchCursor(database.cachedStatement(sql: sql), arguments: [place.modelID.text])
    while let row = try rows.next() {
      let data = try? StrictJSON.parse([UInt8](row["entry"] as Data)).object?["data"]?.object
      // One that cannot be read may be about this place.
      guard let data else { return false }
      guard data["environment"]?.string == place.environment.text else { continue }
      if row["event"] == EvidenceEvent.modelDeployment.rawValue {
        return row["attestation_digest"] == promotion.description
      }
      // The end of an earlier promotion may be recorded late; one that names none is of whatever was there.
      if data["promotion"]?.string.map({ $0 == promotion.description }) ?? true { return false }
    }
    return false
  }
}
