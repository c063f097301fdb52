import Attestations
import FoundationEssentials
import GRDB
import Ledger
import MerkleLog
import PlaneContract
import Signing
import Storage
import Wire

/// The roots that this plane has accepted, every version from the first, with when it did. They only grow: whatever becomes of the
/// folder, a plane never goes back to an earlier root.
package struct TrustRootStore: Sendable {
  package static let migrationSQL = """
    CREATE TABLE trust_root (
      version INTEGER PRIMARY KEY,
      digest TEXT NOT NULL,
      envelope BLOB NOT NULL,
      accepted_at INTEGER NOT NULL
    ) STRICT;
    CREATE TRIGGER trust_root_never_updated BEFORE UPDATE ON trust_root BEGIN
      SELECT raise(ABORT, 'an accepted trust root is never changed');
    END;
    CREATE TRIGGER trust_root_never_deleted BEFORE DELETE ON trust_root BEGIN
      SELECT raise(ABORT, 'an accepted trust root is never removed');
    END;

    """

  package init() {}

  static let evidenced = EvidencedTable("trust_root", content: .envelope("envelope"), events: [.trustRootAccepted])

  package func insert(_ root: VerifiedTrustRoot, acceptedAt now: Timestamp, in database: Database) throws {
    try database.execute(
      sql: "INSERT INTO trust_root VALUES (?, ?, ?, ?)",
      arguments: [root.version, root.digest.description, Data(root.envelope.serialized), now.microseconds])
  }

  /// All of them, oldest first, for the chain to verify again.
  package func envelopes(in database: Database) throws -> [UnverifiedEnvelope] {
    let sql = "SELECT envelope FROM trust_root ORDER BY version LIMIT ?"
    return try Data.fetchAll(database, sql: sql, arguments: [TrustRootChain.maximumVersions]).map {
      try UnverifiedEnvelope(parsing: [UInt8]($0), maximumPayload: TrustRoot.maximumPayload)
    }
  }

  func holdsAny(in database: Database) throws -> Bool {
    try Row.fetchOne(database, sql: "SELECT 1 FROM trust_root LIMIT 1") != nil
  }

  /// When the newest root was accepted; nil while none is on record.
  package func newestAcceptance(in database: Database) throws -> Timestamp? {
    try Int64.fetchOne(database, sql: "SELECT accepted_at FROM trust_root ORDER BY version DESC LIMIT 1")
      .map(Timestamp.init(microseconds:))
  }

  /// Inside the commit of a change: the root under which it was judged is still the newest that was accepted.
  ///
  /// - Throws: `Refusal(.unavailable)`; asked again, it is judged under the new one.
  package func requireInForce(_ version: Int, in database: Database) throws {
    let newest = try Int.fetchOne(database.cachedStatement(sql: "SELECT max(version) FROM trust_root"))
    guard let newest, newest != version else { return }
    throw Refusal(.unavailable, "the trust root changed to version \(newest) meanwhile; ask again")
  }
}
