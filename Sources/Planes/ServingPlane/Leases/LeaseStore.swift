import Attestations
import FoundationEssentials
import GRDB
import Signing
import Storage
import Wire

/// The newest lease, and the one that names other revocations than this plane holds, while there is one. One row each: however many
/// leases come, this does not grow.
struct LeaseStore: Sendable {
  static let migrationSQL = """
    CREATE TABLE lease (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      envelope BLOB NOT NULL,
      -- Whether the evidence says that it ended without a successor.
      is_lost INTEGER NOT NULL
    ) STRICT;
    -- Kept while it lasts: what governance signed is the proof.
    CREATE TABLE lease_dispute (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      envelope BLOB NOT NULL,
      since INTEGER NOT NULL,
      -- Whether the evidence says so.
      is_told INTEGER NOT NULL
    ) STRICT;
    """

  struct Stored {
    let envelope: UnverifiedEnvelope
    let isLost: Bool

    /// As it reads, unverified; nil when somebody changed it.
    var lease: Lease? { try? Statement<Lease>.parse(envelope.payload) }
  }

  struct Dispute {
    let since: Timestamp
    let isTold: Bool
  }

  /// Bytes that are no envelope are no lease: the next one takes their place, and nothing else waits for that.
  func lease(in database: Database) throws -> Stored? {
    guard let row = try Row.fetchOne(database, sql: "SELECT * FROM lease") else { return nil }
    let bytes = [UInt8](row["envelope"] as Data)
    let envelope = try? UnverifiedEnvelope(parsing: bytes, maximumPayload: AttestationFormat.maximumPayload)
    return envelope.map { Stored(envelope: $0, isLost: row["is_lost"]) }
  }

  /// The lease takes the place of the one before; a dispute is over.
  func accept(_ lease: HeldLease, in database: Database) throws {
    try database.cachedStatement(
      sql:
        "INSERT INTO lease VALUES (1, ?, 0) ON CONFLICT (one) DO UPDATE SET envelope = excluded.envelope, is_lost = 0"
    ).execute(arguments: [Data(lease.envelope.serialized)])
    try database.cachedStatement(sql: "DELETE FROM lease_dispute").execute()
  }

  func markLost(in database: Database) throws { try database.execute(sql: "UPDATE lease SET is_lost = 1") }

  func dispute(in database: Database) throws -> Dispute? {
    try Row.fetchOne(database, sql: "SELECT since, is_told FROM lease_dispute").map {
      Dispute(since: Timestamp(microseconds: $0["since"]), isTold: $0["is_told"])
    }
  }

  /// Keeps the newest lease in dispute, and when the dispute began.
  func dispute(_ lease: HeldLease, at now: Timestamp, isTold: Bool, in database: Database) throws {
    try database.cachedStatement(
      sql: """
        INSERT INTO lease_dispute VALUES (1, ?, ?, ?)
        ON CONFLICT (one) DO UPDATE SET envelope = excluded.envelope, is_told = excluded.is_told
        """
    ).execute(arguments: [Data(lease.envelope.serialized), now.microseconds, isTold])
  }
}
