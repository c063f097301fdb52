import Attestations
import FoundationEssentials
import GRDB
import MerkleLog
import Signing
import Storage
import Wire

/// The resets that a plane has taken, the latest of each log. Each is taken once, and none that is older than one that was taken:
/// whoever finds an old one has found nothing.
package struct LogResets: Sendable {
  package static let migrationSQL = """
    CREATE TABLE log_reset (
      origin TEXT PRIMARY KEY,
      envelope BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

    """

  private let memory = WitnessMemory()

  package init() {}

  /// The latest of a log that was taken, by the digest of its payload.
  package func latest(of origin: EvidenceOrigin, in database: Database) throws -> (reset: LogReset, digest: Digest)? {
    let sql = "SELECT envelope FROM log_reset WHERE origin = ?"
    let bytes = try Data.fetchOne(database.cachedStatement(sql: sql), arguments: [origin.description])
    guard let bytes else { return nil }
    do {
      let envelope = try UnverifiedEnvelope(parsing: [UInt8](bytes), maximumPayload: LogReset.maximumPayload)
      return (try LogReset(StrictJSON.parse(envelope.payload)), envelope.payloadDigest)
    } catch { throw StorageError.corrupt("table log_reset: \(error)") }
  }

  /// From now on the log is believed from the reset's head on, whatever was remembered of it, and no dispute is left.
  ///
  /// - Returns: false for the one that was taken last.
  /// - Throws: `LogResetError`; nothing has changed.
  package func take(
    _ verified: VerifiedLogReset, of origin: EvidenceOrigin, at now: Timestamp, in database: Database
  ) throws -> Bool {
    let reset = verified.reset
    guard reset.checkpoint.origin == origin.description else {
      throw LogResetError.anotherLog(reset.checkpoint.origin, expected: origin.description)
    }
    if let taken = try latest(of: origin, in: database) {
      guard taken.digest != verified.digest else { return false }
      guard taken.reset.issuedAt < reset.issuedAt else {
        throw LogResetError.replayed(issuedAt: reset.issuedAt, takenSince: taken.reset.issuedAt)
      }
    }
    guard reset.issuedAt <= now.adding(seconds: Message.clockSkewSeconds) else {
      throw LogResetError.ahead(issuedAt: reset.issuedAt, now: now)
    }
    try database.cachedStatement(sql: "INSERT OR REPLACE INTO log_reset VALUES (?, ?)")
      .execute(arguments: [origin.description, Data(verified.envelope.serialized)])
    try memory.put(RememberedHead(reset: reset.checkpoint), in: database)
    // A row that nobody can read must not outlive the root keys' word.
    if let ended = try? memory.dispute(of: origin, in: database) {
      try OverruledHeads().put(ended.held.checkpoint, in: database)
    }
    try memory.settle(origin, in: database)
    return true
  }
}
