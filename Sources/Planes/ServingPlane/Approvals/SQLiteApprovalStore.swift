import Attestations
import FoundationEssentials
import GRDB
import Signing
import Storage
import Wire

/// The approvals in the plane's own database. Envelope bytes are the truth; columns lead to them.
struct SQLiteApprovalStore: ApprovalStore {
  func store(_ proven: ProvenApproval, at now: Timestamp, in database: Database) throws -> ApprovalChange {
    let approval = proven.approval.predicate
    let isFirst = try isOnly(approval.approvalID, of: approval.modelID, in: database)
    if let existing = try row(approval.approvalID, in: database) {
      guard existing.digest == proven.approval.digest.description else {
        throw ApprovalStoreError.idReused(approval.approvalID)
      }
      let change = try merge(proven, into: existing, isOnly: isFirst, in: database)
      if change != .none { try AcceptedSignatures().record(proven, in: database) }
      return change
    }
    try insert(proven, at: now, in: database)
    try AcceptedSignatures().record(proven, in: database)
    return .stored(isAllThereIs: isFirst)
  }

  private func insert(_ proven: ProvenApproval, at now: Timestamp, in database: Database) throws {
    let (approval, training) = (proven.approval.predicate, proven.training)
    try keep(training, in: database)
    try database.execute(
      sql: "INSERT INTO approval VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        proven.approval.digest.description, approval.approvalID.text, approval.modelID.text,
        approval.weightsHash.description, training.digest.description, Data(proven.approval.envelope.serialized),
        now.microseconds, proven.root.version,
      ])
  }

  /// Approvals of one output may have been accepted under different training keys: the signatures of all of them are kept.
  private func keep(_ training: VerifiedTrainingOutput, in database: Database) throws {
    let (digest, shown) = (training.digest.description, training.attested.envelope)
    let stored = try Data.fetchOne(
      database, sql: "SELECT envelope FROM training_output WHERE digest = ?", arguments: [digest])
    let known = stored.flatMap {
      try? UnverifiedEnvelope(parsing: [UInt8]($0), maximumPayload: AttestationFormat.maximumPayload)
    }
    let envelope = known.map(shown.merging) ?? shown
    try database.execute(
      sql: "INSERT INTO training_output VALUES (?, ?) ON CONFLICT (digest) DO UPDATE SET envelope = excluded.envelope",
      arguments: [digest, Data(envelope.serialized)])
  }

  /// Whether no approval of the model is stored but, it may be, this one.
  private func isOnly(_ id: ApprovalID, of model: ModelID, in database: Database) throws -> Bool {
    let other = "SELECT 1 FROM approval WHERE model_id = ? AND approval_id <> ? LIMIT 1"
    return try Row.fetchOne(database.cachedStatement(sql: other), arguments: [model.text, id.text]) == nil
  }

  /// Copies of one payload merge: a signature once verified here is not lost because a later copy lacks it.
  private func merge(
    _ proven: ProvenApproval, into existing: StoredApproval, isOnly: Bool, in database: Database
  ) throws -> ApprovalChange {
    let digest = proven.approval.digest
    let whole = proven.approval.envelope
    let stored = try UnverifiedEnvelope(parsing: existing.approval, maximumPayload: AttestationFormat.maximumPayload)
    // A row that somebody changed is mended by the verified copy.
    guard stored.payload == whole.payload else {
      try replace(whole, of: digest, in: database)
      return .stored(isAllThereIs: isOnly)
    }
    // Who may sign nothing new adds nothing: above all, it takes the place of nothing that was accepted.
    let acceptable = proven.acceptable
    if acceptable.allSatisfy(stored.signatures.contains) { return .none }
    // A verified signature takes the place of whatever stood under its key; that of a key which governance no longer has goes.
    let others = stored.signatures.filter { old in
      !acceptable.contains { $0.keyID == old.keyID } && !proven.root.isFormerGovernance(old.keyID)
    }
    let merged = UnverifiedEnvelope(
      payloadType: stored.payloadType, payload: stored.payload, signatures: others + acceptable)
    guard UnverifiedEnvelope.signatureCounts.contains(merged.signatures.count) else { return .none }
    try replace(merged, of: digest, in: database)
    return .stored(isAllThereIs: isOnly && others.isEmpty)
  }

  private func replace(_ envelope: UnverifiedEnvelope, of digest: Digest, in database: Database) throws {
    try database.execute(
      sql: "UPDATE approval SET envelope = ? WHERE digest = ?",
      arguments: [Data(envelope.serialized), digest.description])
  }

  func approvals(of model: ModelID, in database: Database) throws -> [StoredApproval] {
    try Row.fetchAll(
      database.cachedStatement(sql: Self.columns + "WHERE model_id = ? ORDER BY received_at DESC LIMIT 1000"),
      arguments: [model.text]
    ).map { try StoredApproval(row: $0, in: database) }
  }

  func models(after last: ModelID?, _ limit: Int, in database: Database) throws -> [ModelID] {
    let sql = "SELECT DISTINCT model_id FROM approval WHERE model_id > ? ORDER BY model_id LIMIT ?"
    return try String.fetchAll(database.cachedStatement(sql: sql), arguments: [last?.text ?? "", limit])
      .compactMap { ModelID($0) }
  }

  func approval(_ digest: Digest, in database: Database) throws -> StoredApproval? {
    try Row.fetchOne(
      database.cachedStatement(sql: Self.columns + "WHERE approval.digest = ?"), arguments: [digest.description]
    ).map { try StoredApproval(row: $0, in: database) }
  }

  func acceptance(of digest: Digest, in database: Database) throws -> ApprovalAcceptance? {
    let statement = try database.cachedStatement(sql: "SELECT trust_root_version FROM approval WHERE digest = ?")
    guard let version = try Int.fetchOne(statement, arguments: [digest.description]) else { return nil }
    return try AcceptedSignatures().acceptance(of: digest.description, takenUnder: version, in: database)
  }

  func count(in database: Database) throws -> Int {
    try Int.fetchOne(database.cachedStatement(sql: "SELECT count(*) FROM approval")) ?? 0
  }

  func approvalsAlive(of weights: Digest, or id: ApprovalID?, in database: Database) throws -> [(ApprovalID, Digest)] {
    let sql = """
      SELECT approval_id, digest FROM approval WHERE (weights_hash = ? OR approval_id = ?)
        AND digest NOT IN (SELECT approval_digest FROM tombstone_approval) ORDER BY received_at
      """
    return try Row.fetchAll(database, sql: sql, arguments: [weights.description, id?.text]).compactMap { row in
      guard let id = ApprovalID(row["approval_id"] as String), let digest = Digest(row["digest"] as String) else {
        return nil
      }
      return (id, digest)
    }
  }

  private func row(_ id: ApprovalID, in database: Database) throws -> StoredApproval? {
    try Row.fetchOne(database, sql: Self.columns + "WHERE approval_id = ?", arguments: [id.text])
      .map { try StoredApproval(row: $0, in: database) }
  }

  private static let columns = """
    SELECT approval.*, training_output.envelope AS training_output
    FROM approval LEFT JOIN training_output ON training_output.digest = approval.training_output_digest

    """
}

extension StoredApproval {
  init(row: Row, in database: Database) throws {
    approvalID = row["approval_id"]
    digest = row["digest"]
    modelID = row["model_id"]
    weightsHash = row["weights_hash"]
    trainingOutputDigest = row["training_output_digest"]
    approval = [UInt8](row["envelope"] as Data)
    trainingOutput = (row["training_output"] as Data?).map { [UInt8]($0) } ?? []
    acceptance = try AcceptedSignatures().acceptance(
      of: digest, takenUnder: row["trust_root_version"], in: database)
  }
}
