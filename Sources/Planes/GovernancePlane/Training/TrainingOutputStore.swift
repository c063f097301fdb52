import Attestations
import FoundationEssentials
import GRDB
import Signing
import Wire

/// The training outputs that governance accepted. They are evidence and are kept for ever.
struct TrainingOutputStore: Sendable {
  static let migrationSQL = """
    CREATE TABLE training_output (
      sequence INTEGER PRIMARY KEY,
      digest TEXT NOT NULL UNIQUE,
      model_id TEXT NOT NULL,
      weights_hash TEXT NOT NULL,
      submitted_by TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      received_at INTEGER NOT NULL,
      envelope BLOB NOT NULL
    ) STRICT;
    CREATE INDEX training_output_newest ON training_output (received_at, digest);
    """

  static let trustRootMigrationSQL =
    "ALTER TABLE training_output ADD COLUMN trust_root_version INTEGER NOT NULL DEFAULT 1;\n"

  func holds(_ digest: Digest, in database: Database) throws -> Bool {
    let statement = try database.cachedStatement(sql: "SELECT 1 FROM training_output WHERE digest = ?")
    return try Row.fetchOne(statement, arguments: [digest.description]) != nil
  }

  func insert(
    _ verified: VerifiedTrainingOutput, receivedAt: Timestamp, rootVersion: Int, in database: Database
  ) throws {
    let output = verified.output
    try database.cachedStatement(
      sql: """
        INSERT INTO training_output
          (digest, model_id, weights_hash, submitted_by, created_at, received_at, envelope, trust_root_version)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      verified.digest.description, output.modelID.text, output.weightsHash.description, output.submittedBy.text,
      output.createdAt.microseconds, receivedAt.microseconds, Data(verified.attested.envelope.serialized),
      rootVersion,
    ])
  }

  /// The output with this payload digest, read again, with the version of the root under which it was accepted; nil when it never
  /// was. Whether it counts still is not judged.
  ///
  /// - Throws: `StoredRowFault`.
  func find(
    _ digest: Digest, root: VerifiedTrustRoot, in database: Database
  ) throws -> (output: VerifiedTrainingOutput, acceptedUnder: Int)? {
    let statement = try database.cachedStatement(sql: "SELECT * FROM training_output WHERE digest = ?")
    guard let row = try Row.fetchOne(statement, arguments: [digest.description]) else { return nil }
    let verified: VerifiedTrainingOutput
    do {
      let bytes = [UInt8](row["envelope"] as Data)
      let envelope = try UnverifiedEnvelope(parsing: bytes, maximumPayload: AttestationFormat.maximumPayload)
      verified = try VerifiedTrainingOutput.reread(envelope, root: root)
    } catch {
      throw StoredRowFault("training output \(digest)", "\(error)")
    }
    guard verified.digest == digest, agrees(row, with: verified.output) else {
      throw StoredRowFault("training output \(digest)", "it is another output, or its columns are another's")
    }
    let version: Int = row["trust_root_version"]
    guard verified.attested.signers.contains(where: { root.lists($0, as: .training, inVersion: version) }) else {
      throw StoredRowFault("training output \(digest)", "trust_root_version is not that of its training key")
    }
    return (verified, version)
  }

  /// What people are shown in lists comes from the columns.
  private func agrees(_ row: Row, with output: TrainingOutput) -> Bool {
    row["model_id"] == output.modelID.text && row["weights_hash"] == output.weightsHash.description
      && row["submitted_by"] == output.submittedBy.text && row["created_at"] == output.createdAt.microseconds
  }

  /// Rows are never removed, so the last number is the count.
  func count(in database: Database) throws -> Int {
    try Int.fetchOne(database, sql: "SELECT coalesce(max(sequence), 0) FROM training_output") ?? 0
  }
}
