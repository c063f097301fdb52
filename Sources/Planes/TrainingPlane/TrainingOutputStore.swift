import Signing
import Attestations
import FoundationEssentials
import GRDB
import Wire

/// What makes two submissions the same one.
struct SubmissionKey: Equatable, Sendable {
  let submitter: PrincipalID
  let modelID: ModelID
  let weightsHash: String
  let correlationID: CorrelationID

  init(_ output: TrainingOutput) {
    submitter = output.submittedBy
    modelID = output.modelID
    weightsHash = output.weightsHash.description
    correlationID = output.result.correlationID
  }
}

/// Stored bytes that no longer say what they said when they were accepted. They are not given out.
struct StoredOutputFault: Error, CustomStringConvertible {
  let description: String
}

/// The training outputs of this plane. They are evidence and are kept for ever; the outbox and the replay guard bound how fast
/// they can come. The envelope's bytes are the truth, the other columns an index.
struct TrainingOutputStore: Sendable {
  static let migrationSQL = """

    CREATE TABLE training_output (
      sequence INTEGER PRIMARY KEY,
      digest TEXT NOT NULL UNIQUE,
      submitted_by TEXT NOT NULL,
      model_id TEXT NOT NULL,
      weights_hash TEXT NOT NULL,
      correlation_id TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      envelope BLOB NOT NULL,
      UNIQUE (submitted_by, model_id, weights_hash, correlation_id)
    ) STRICT;
    """

  /// What was stored under a key, verified again; nil when nothing was.
  ///
  /// - Throws: `StoredOutputFault` when the stored bytes no longer hold.
  func find(_ key: SubmissionKey, root: VerifiedTrustRoot, in database: Database) throws -> VerifiedTrainingOutput? {
    let sql = """
      SELECT digest, created_at, envelope FROM training_output
      WHERE submitted_by = ? AND model_id = ? AND weights_hash = ? AND correlation_id = ?
      """
    let arguments: StatementArguments = [
      key.submitter.text, key.modelID.text, key.weightsHash, key.correlationID.text,
    ]
    guard let row = try Row.fetchOne(database.cachedStatement(sql: sql), arguments: arguments) else { return nil }
    return try verified(row, as: key, root)
  }

  /// The one with this payload digest, likewise.
  func find(_ digest: Digest, root: VerifiedTrustRoot, in database: Database) throws -> VerifiedTrainingOutput? {
    let sql = "SELECT * FROM training_output WHERE digest = ?"
    let row = try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [digest.description])
    return try row.map { try verified($0, as: nil, root) }
  }

  private func verified(_ row: Row, as key: SubmissionKey?, _ root: VerifiedTrustRoot) throws -> VerifiedTrainingOutput
  {
    do {
      let (bytes, maximum) = ([UInt8](row["envelope"] as Data), AttestationFormat.maximumPayload)
      let envelope = try UnverifiedEnvelope(parsing: bytes, maximumPayload: maximum)
      let verified = try VerifiedTrainingOutput.reread(envelope, root: root)
      guard key == nil || SubmissionKey(verified.output) == key, verified.digest.description == row["digest"],
        verified.output.createdAt.microseconds == row["created_at"]
      else { throw FieldError("training_output", "its columns and its envelope differ") }
      return verified
    } catch {
      throw StoredOutputFault(
        description:
          "the stored training output \(row["digest"] as String)\(key.map { " of \($0.modelID), correlation id \($0.correlationID)," } ?? "") no longer verifies: \(error)"
      )
    }
  }

  func insert(_ verified: VerifiedTrainingOutput, in database: Database) throws {
    let (output, key) = (verified.output, SubmissionKey(verified.output))
    try database.cachedStatement(
      sql: """
        INSERT INTO training_output
          (digest, submitted_by, model_id, weights_hash, correlation_id, created_at, envelope) VALUES (?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      verified.digest.description, key.submitter.text, key.modelID.text, key.weightsHash, key.correlationID.text,
      output.createdAt.microseconds, Data(verified.attested.envelope.serialized),
    ])
  }

  /// The same payload with another signature.
  func replace(_ verified: VerifiedTrainingOutput, in database: Database) throws {
    try database.cachedStatement(sql: "UPDATE training_output SET envelope = ? WHERE digest = ?")
      .execute(arguments: [Data(verified.attested.envelope.serialized), verified.digest.description])
  }

  /// Rows are never removed, so the last number is the count.
  func count(in database: Database) throws -> Int {
    try Int.fetchOne(database, sql: "SELECT coalesce(max(sequence), 0) FROM training_output") ?? 0
  }
}
