import Attestations
import GRDB
import Wire

/// Where the versions of models are registered and looked up, by the name that the public `sm_governance` 0.2.0 gives it. A version
/// is a training output.
protocol AdapterRegistry: Sendable {
  /// - Parameter rootVersion: of the trust root under which it was accepted.
  func register(
    _ version: VerifiedTrainingOutput, receivedAt: Timestamp, rootVersion: Int, in database: Database
  ) throws

  /// The versions of one model that came before `cursor`, newest first, as the columns tell them.
  func get(_ model: ModelID, after cursor: ListCursor, limit: Int, in database: Database) throws -> [ListedVersion]
}

/// A version, and its place in the list of its model's.
struct ListedVersion: Sendable {
  let cursor: ListCursor
  let output: ListedOutput

  init(row: Row) throws {
    cursor = ListCursor(receivedAt: row["received_at"], digest: row["digest"])
    output = try ListedOutput(row: row)
  }
}
