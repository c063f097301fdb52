import Attestations
import FoundationEssentials
import GRDB
import PlaneContract
import Signing
import Wire

/// A row of the list as the columns tell it: an output, or an approval of one.
struct ListedItem: Sendable {
  let cursor: ListCursor
  let output: ListedOutput
  /// Nil for the output itself.
  let approval: ListedApproval?

  /// Items after a cursor, newest first.
  static func fetch(
    after cursor: ListCursor, modelID: ModelID?, limit: Int, root: VerifiedTrustRoot, in database: Database
  ) throws
    -> [ListedItem]
  {
    let sql = """
      SELECT a.received_at AS place, a.digest AS place_digest, a.payload, iif(a.governance_signature IS NULL, NULL, coalesce(a.governance_key, '')) AS governance_key,
        o.digest, o.model_id, o.weights_hash, o.submitted_by, o.created_at
      FROM approval a JOIN training_output o ON o.digest = a.training_output_digest
      WHERE (a.received_at, a.digest) < (:time, :digest) AND (:model IS NULL OR a.model_id = :model)
      UNION ALL
      SELECT o.received_at, o.digest, NULL, NULL, o.digest, o.model_id, o.weights_hash, o.submitted_by, o.created_at
      FROM training_output o
      WHERE (o.received_at, o.digest) < (:time, :digest) AND (:model IS NULL OR o.model_id = :model)
      ORDER BY place DESC, place_digest DESC LIMIT :limit
      """
    let arguments: StatementArguments = [
      "time": cursor.receivedAt, "digest": cursor.digest, "model": modelID?.text, "limit": limit,
    ]
    return try Row.fetchAll(database.cachedStatement(sql: sql), arguments: arguments).map { row in
      try ListedItem(row: row, root: root, in: database)
    }
  }

  private init(row: Row, root: VerifiedTrustRoot, in database: Database) throws {
    cursor = ListCursor(receivedAt: row["place"], digest: row["place_digest"])
    output = try ListedOutput(row: row)
    let payload: Data? = row["payload"]
    approval = try payload.map {
      try ListedApproval(
        payload: [UInt8]($0), digest: row["place_digest"], signedBy: row["governance_key"], root: root, in: database)
    }
  }
}

struct ListedOutput: Sendable {
  let digest: Digest
  let modelID: ModelID
  let weightsHash: Digest
  let submittedBy: PrincipalID
  let createdAt: Timestamp

  init(row: Row) throws {
    guard let digest = Digest(row["digest"] as String), let modelID = ModelID(row["model_id"] as String),
      let weightsHash = Digest(row["weights_hash"] as String),
      let submittedBy = PrincipalID(row["submitted_by"] as String)
    else { throw StoredRowFault("training output \(row["digest"] as String)", "its columns cannot be read") }
    self.digest = digest
    self.modelID = modelID
    self.weightsHash = weightsHash
    self.submittedBy = submittedBy
    createdAt = Timestamp(microseconds: row["created_at"])
  }
}

struct ListedApproval: Sendable {
  let predicate: ModelApproval
  let state: ApprovalLedgerState
  /// In the order in which they signed.
  let approvers: [PrincipalID]

  /// - Parameter governanceKey: the `keyid` of governance's signature, empty where it is not on record; nil without one.
  init(
    payload: [UInt8], digest: String, signedBy governanceKey: String?, root: VerifiedTrustRoot, in database: Database
  ) throws {
    do { predicate = try Statement<ModelApproval>.parse(payload) } catch {
      throw StoredRowFault("approval \(digest)", "\(error)")
    }
    let signatures = try ApprovalStore().signatures(of: digest, in: database)
    let quorum = Quorum(signatures.compactMap { $0.counted(in: root) })
    let sql = """
      SELECT EXISTS (SELECT 1 FROM approval_rejection WHERE approval_digest = :digest),
        EXISTS (SELECT 1 FROM dead_approval WHERE approval_digest = :digest)
      """
    let facts = try Row.fetchOne(database.cachedStatement(sql: sql), arguments: ["digest": digest])
    state = ApprovalLedgerState(
      approvedAt: predicate.approvedAt, expiresAt: predicate.expiresAt,
      wasComplete: governanceKey != nil,
      isComplete: governanceKey.map { key in key.isEmpty || root.keys(of: .governance).contains { $0.keyID == key } }
        == true && quorum.shortfall(predicate, policy: root.policy) == nil,
      isRejected: facts?[0] ?? true, isRevoked: facts?[1] ?? true)
    let counted = Set(quorum.approvers.values.map(\.id))
    approvers = signatures.compactMap { PrincipalID($0.principal) }.filter(counted.contains)
  }
}
