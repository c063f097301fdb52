import Attestations
import FoundationEssentials
import GRDB
import Signing
import Wire

/// The rows of approvals: what was signed, who signed it, what ended it. They are evidence and are kept for ever; the number of
/// approvals that one approver proposes of one model's weights has a bound.
struct ApprovalStore: Sendable {
  static let migrationSQL = """
    CREATE TABLE approval (
      sequence INTEGER PRIMARY KEY,
      digest TEXT NOT NULL UNIQUE,
      approval_id TEXT NOT NULL UNIQUE,
      training_output_digest TEXT NOT NULL REFERENCES training_output (digest),
      model_id TEXT NOT NULL,
      weights_hash TEXT NOT NULL,
      approved_by TEXT NOT NULL,
      received_at INTEGER NOT NULL,
      payload BLOB NOT NULL,
      governance_signature BLOB
    ) STRICT;
    CREATE INDEX approval_newest ON approval (received_at, digest);
    CREATE INDEX approval_output ON approval (training_output_digest);
    CREATE INDEX approval_weights ON approval (weights_hash, approved_by);

    CREATE TABLE approval_signature (
      sequence INTEGER PRIMARY KEY,
      approval_digest TEXT NOT NULL REFERENCES approval (digest),
      key TEXT NOT NULL,
      person TEXT NOT NULL,
      principal TEXT NOT NULL,
      signature BLOB NOT NULL,
      nanda_signature BLOB NOT NULL,
      signed_at INTEGER NOT NULL,
      UNIQUE (approval_digest, key),
      UNIQUE (approval_digest, person)
    ) STRICT;

    CREATE TABLE approval_rejection (
      approval_digest TEXT PRIMARY KEY REFERENCES approval (digest),
      digest TEXT NOT NULL,
      envelope BLOB NOT NULL,
      received_at INTEGER NOT NULL
    ) STRICT;
    """

  /// By model, newest first.
  static let modelIndexSQL = "CREATE INDEX approval_of_model ON approval (model_id, received_at);"

  /// For a later migration.
  static let withdrawalSQL = """
    -- Approvals that died before the serving plane was told of their last state, or of them at all.
    CREATE TABLE approval_withdrawal (
      approval_digest TEXT PRIMARY KEY REFERENCES approval (digest)
    ) STRICT, WITHOUT ROWID;
    """

  /// What was stored before roots could change was accepted under version 1.
  static let trustRootMigrationSQL = """
    ALTER TABLE approval ADD COLUMN governance_key TEXT;
    ALTER TABLE approval_signature ADD COLUMN trust_root_version INTEGER NOT NULL DEFAULT 1;

    """

  func insert(_ approval: Attested<ModelApproval>, receivedAt: Timestamp, in database: Database) throws {
    let predicate = approval.predicate
    try database.cachedStatement(
      sql: """
        INSERT INTO approval
          (digest, approval_id, training_output_digest, model_id, weights_hash, approved_by, received_at, payload)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      approval.digest.description, predicate.approvalID.text, predicate.trainingOutputDigest.description,
      predicate.modelID.text, predicate.weightsHash.description, predicate.approvedBy.text, receivedAt.microseconds,
      Data(approval.verified.payload),
    ])
  }

  func insert(_ signature: ApproverSignature, of approval: Digest, in database: Database) throws {
    try database.cachedStatement(
      sql: """
        INSERT INTO approval_signature (
          approval_digest, key, person, principal, signature, nanda_signature, signed_at, trust_root_version)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      approval.description, signature.key.hex, signature.person.text, signature.principal.text,
      Data(signature.signature.bytes), Data(signature.nandaSignature.bytes), signature.signedAt.microseconds,
      signature.rootVersion,
    ])
  }

  func insert(_ rejection: Attested<ApprovalRejection>, receivedAt: Timestamp, in database: Database) throws {
    try database.cachedStatement(
      sql: "INSERT INTO approval_rejection (approval_digest, digest, envelope, received_at) VALUES (?, ?, ?, ?)"
    ).execute(arguments: [
      rejection.predicate.approvalDigest.description, rejection.digest.description,
      Data(rejection.envelope.serialized), receivedAt.microseconds,
    ])
  }

  func complete(_ approval: Digest, by signature: EnvelopeSignature, in database: Database) throws {
    try database.cachedStatement(
      sql: "UPDATE approval SET governance_signature = ?, governance_key = ? WHERE digest = ?"
    )
    .execute(arguments: [Data(signature.bytes), signature.keyID, approval.description])
  }

  func row(_ id: ApprovalID, in database: Database) throws -> ApprovalRow? {
    let statement = try database.cachedStatement(sql: "SELECT * FROM approval WHERE approval_id = ?")
    return try Row.fetchOne(statement, arguments: [id.text]).map(ApprovalRow.init(row:))
  }

  /// The id of the approval with this payload digest.
  func id(of digest: Digest, in database: Database) throws -> ApprovalID? {
    let statement = try database.cachedStatement(sql: "SELECT approval_id FROM approval WHERE digest = ?")
    return try String.fetchOne(statement, arguments: [digest.description]).flatMap { ApprovalID($0) }
  }

  /// Approvals without a signature by this key of governance's, oldest first, after a place in that order.
  func rows(
    unsignedBy keyID: String, after sequence: Int64, limit: Int, in database: Database
  ) throws -> [(sequence: Int64, id: ApprovalID?)] {
    let sql = """
      SELECT sequence, approval_id FROM approval
      WHERE sequence > ? AND governance_key IS NOT ? ORDER BY sequence LIMIT ?
      """
    return try Row.fetchAll(database.cachedStatement(sql: sql), arguments: [sequence, keyID, limit]).map { row in
      (row["sequence"], ApprovalID(row["approval_id"] as String))
    }
  }

  /// The approvals of one training output, newest first; all of them unless a limit is given.
  func rows(ofOutput digest: Digest, limit: Int = -1, in database: Database) throws -> [ApprovalRow] {
    let sql = "SELECT * FROM approval WHERE training_output_digest = ? ORDER BY received_at DESC, digest DESC LIMIT ?"
    return try Row.fetchAll(database.cachedStatement(sql: sql), arguments: [digest.description, limit])
      .map(ApprovalRow.init(row:))
  }

  /// The approvals of a model that governance has signed and that have not expired, newest first, at most `limit`. The end is read
  /// from what was signed, whose times sort as texts.
  func completedRows(
    ofModel model: ModelID, expiringAfter now: Timestamp, limit: Int, in database: Database
  ) throws -> [ApprovalRow] {
    let sql = """
      SELECT * FROM approval WHERE model_id = ? AND governance_signature IS NOT NULL
      AND json_extract(CAST(payload AS TEXT), '$.predicate.expires_at') > ?
      ORDER BY received_at DESC, digest DESC LIMIT ?
      """
    let arguments: StatementArguments = [model.text, now.attestationText, limit]
    return try Row.fetchAll(database.cachedStatement(sql: sql), arguments: arguments).map(ApprovalRow.init(row:))
  }

  func count(ofOutput digest: Digest, in database: Database) throws -> Int {
    let sql = "SELECT count(*) FROM approval WHERE training_output_digest = ?"
    return try Int.fetchOne(database.cachedStatement(sql: sql), arguments: [digest.description]) ?? 0
  }

  /// In the order in which they came.
  func signatures(of approval: String, in database: Database) throws -> [ApproverSignatureRow] {
    let sql = "SELECT * FROM approval_signature WHERE approval_digest = ? ORDER BY sequence"
    return try Row.fetchAll(database.cachedStatement(sql: sql), arguments: [approval])
      .map(ApproverSignatureRow.init(row:))
  }

  /// The rejection that closed an approval, and those with other digests that are asked for.
  func rejections(of approval: String, or digests: [String], in database: Database) throws -> [RejectionRow] {
    // One statement however many there are: statements are cached, and take a limited number of arguments.
    let sql = """
      SELECT * FROM approval_rejection WHERE approval_digest = ? OR digest IN (SELECT value FROM json_each(?))
      """
    return try Row.fetchAll(
      database.cachedStatement(sql: sql), arguments: [approval, JSONValue(digests).jsonText]
    ).map(RejectionRow.init(row:))
  }

  /// The ids of all that no revocation has killed, oldest first.
  func undead(in database: Database) throws -> [ApprovalID] {
    let sql =
      "SELECT approval_id FROM approval WHERE digest NOT IN (SELECT approval_digest FROM dead_approval) ORDER BY sequence"
    return try String.fetchAll(database, sql: sql).compactMap { ApprovalID($0) }
  }

  func withdrawn(_ approval: Digest, in database: Database) throws {
    try database.cachedStatement(sql: "INSERT INTO approval_withdrawal VALUES (?) ON CONFLICT DO NOTHING")
      .execute(arguments: [approval.description])
  }

  /// How many the serving plane must have been told of, apart from those that still wait to be.
  func published(in database: Database) throws -> Int {
    let withdrawn = try Int.fetchOne(database, sql: "SELECT count(*) FROM approval_withdrawal") ?? 0
    return try count(in: database) - withdrawn
  }

  /// How many approvals of these weights one approver has proposed, whatever became of them.
  func count(ofWeights hash: Digest, by approver: PrincipalID, in database: Database) throws -> Int {
    let sql = "SELECT count(*) FROM approval WHERE weights_hash = ? AND approved_by = ?"
    return try Int.fetchOne(database.cachedStatement(sql: sql), arguments: [hash.description, approver.text]) ?? 0
  }

  /// Rows are never removed, so the last number is the count.
  func count(in database: Database) throws -> Int {
    try Int.fetchOne(database, sql: "SELECT coalesce(max(sequence), 0) FROM approval") ?? 0
  }
}
