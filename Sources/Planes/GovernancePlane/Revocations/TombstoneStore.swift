import Attestations
import Daemon
import FoundationEssentials
import GRDB
import Ledger
import MerkleLog
import Signing
import Storage
import Wire

/// Tombstones and which approvals died by them. They outlive everything: without the tombstone a revoked approval would live
/// again when it is stored once more.
struct TombstoneStore {
  static let migrationSQL = """
    CREATE TABLE tombstone (
      sequence INTEGER PRIMARY KEY,
      digest TEXT NOT NULL UNIQUE,
      weights_hash TEXT NOT NULL,
      approval_id TEXT,
      received_at INTEGER NOT NULL,
      envelope BLOB NOT NULL
    ) STRICT;
    CREATE INDEX tombstone_weights ON tombstone (weights_hash);
    CREATE INDEX tombstone_approval ON tombstone (approval_id) WHERE approval_id IS NOT NULL;

    -- An approval dies once, by the first tombstone that reached it.
    CREATE TABLE dead_approval (
      approval_digest TEXT PRIMARY KEY REFERENCES approval (digest),
      tombstone_digest TEXT NOT NULL REFERENCES tombstone (digest)
    ) STRICT;
    CREATE INDEX dead_approval_tombstone ON dead_approval (tombstone_digest);
    """

  func holds(_ digest: Digest, in database: Database) throws -> Bool {
    let statement = try database.cachedStatement(sql: "SELECT 1 FROM tombstone WHERE digest = ?")
    return try Row.fetchOne(statement, arguments: [digest.description]) != nil
  }

  /// Stores the tombstone; every approval held of its weights or of its id dies by digest, pending ones included.
  func insert(
    _ revocation: Attested<ModelRevocation>, envelope: UnverifiedEnvelope, receivedAt: Timestamp, in database: Database
  ) throws {
    let (digest, predicate) = (revocation.digest.description, revocation.predicate)
    try database.cachedStatement(
      sql: "INSERT INTO tombstone (digest, weights_hash, approval_id, received_at, envelope) VALUES (?, ?, ?, ?, ?)"
    ).execute(arguments: [
      digest, predicate.weightsHash.description, predicate.approvalID?.text, receivedAt.microseconds,
      Data(envelope.serialized),
    ])
    try database.cachedStatement(
      sql: """
        INSERT INTO dead_approval SELECT digest, ? FROM approval WHERE weights_hash = ? OR approval_id = ?
        ON CONFLICT (approval_digest) DO NOTHING
        """
    ).execute(arguments: [digest, predicate.weightsHash.description, predicate.approvalID?.text])
  }

  /// The approvals that died by one tombstone, oldest first.
  func dead(by tombstone: Digest, in database: Database) throws -> [(id: ApprovalID, digest: Digest)] {
    let sql = """
      SELECT approval_id, digest FROM approval JOIN dead_approval ON approval_digest = digest
      WHERE tombstone_digest = ? ORDER BY sequence
      """
    return try Row.fetchAll(database.cachedStatement(sql: sql), arguments: [tombstone.description]).compactMap { row in
      guard let id = ApprovalID(row["approval_id"] as String), let digest = Digest(row["digest"] as String) else {
        return nil
      }
      return (id, digest)
    }
  }

  /// Why an approval is dead, or nil: by the tombstones of its weights and those naming it, found by the columns and by the evidence
  /// about its model, whatever became of the columns. The first that condemns it is enough; the others are not verified.
  ///
  /// The revoker was judged at acceptance; what is verified again is governance's own signature, which says so.
  /// - Throws: `StoredRowFault`.
  func condemnation(
    of approval: Attested<ModelApproval>, acceptedBy keys: [PublicKey], in database: Database
  ) throws -> String? {
    let evidenced = try evidenced(concerning: approval.predicate, in: database)
    let rows = try rows(concerning: approval, evidenced, in: database)
    let found = Set(rows.map { $0["digest"] as String })
    if let gone = evidenced.first(where: { !found.contains($0) }) {
      throw StoredRowFault("tombstone \(gone)", "it was accepted and is gone")
    }
    for row in rows {
      let dead: Set<Digest> = row["is_dead"] ? [approval.digest] : []
      let tombstone = Tombstone(revocation: try verified(row, by: keys), deadApprovals: dead)
      if let reason = tombstone.condemns(approval.predicate, digest: approval.digest) { return reason }
    }
    return nil
  }

  private func evidenced(concerning approval: ModelApproval, in database: Database) throws -> [String] {
    let revocations = EvidencedAttestations(of: .modelApprovalRevoked)
    let (model, weights) = (approval.modelID, approval.weightsHash.description)
    return try revocations.digests(of: model, where: "weights_hash", is: weights, in: database)
      + revocations.digests(of: model, where: "approval_id", is: approval.approvalID.text, in: database)
  }

  private func rows(
    concerning approval: Attested<ModelApproval>, _ evidenced: [String], in database: Database
  ) throws -> [Row] {
    let sql = """
      SELECT digest, weights_hash, approval_id, envelope, EXISTS (
        SELECT 1 FROM dead_approval WHERE approval_digest = ? AND tombstone_digest = digest
      ) AS is_dead
      FROM tombstone WHERE weights_hash = ? OR approval_id = ?
        OR digest IN (SELECT value FROM json_each(?)) ORDER BY is_dead DESC, sequence
      """
    // One statement however many there are: statements are cached, and take a limited number of arguments.
    let arguments: StatementArguments = [
      approval.digest.description, approval.predicate.weightsHash.description, approval.predicate.approvalID.text,
      JSONValue(evidenced).jsonText,
    ]
    return try Row.fetchAll(database.cachedStatement(sql: sql), arguments: arguments)
  }

  /// At the start: every revocation that the evidence names is there, whole, with the approvals that died by it.
  ///
  /// - Throws: `StorageError.corrupt` with the table and the row.
  func check(acceptedBy keys: [PublicKey], in database: Database) throws {
    for (name, data) in try EvidencedAttestations(of: .modelApprovalRevoked).all(in: database) {
      guard let digest = Digest(name),
        let row = try Row.fetchOne(database, sql: "SELECT * FROM tombstone WHERE digest = ?", arguments: [name])
      else { throw StorageError.corrupt("table tombstone: \(name) was accepted and is gone") }
      do { _ = try verified(row, by: keys) } catch { throw StorageError.corrupt("table tombstone: \(error)") }
      guard RevocationEvidence.names(try dead(by: digest, in: database).map(\.id), in: data) else {
        throw StorageError.corrupt("table dead_approval: other approvals than those that died by \(name)")
      }
    }
  }

  private func verified(_ row: Row, by keys: [PublicKey]) throws -> Attested<ModelRevocation> {
    let digest: String = row["digest"]
    let revocation: Attested<ModelRevocation>
    do {
      let bytes = [UInt8](row["envelope"] as Data)
      revocation = try UnverifiedEnvelope(parsing: bytes, maximumPayload: AttestationFormat.maximumPayload).attested(
        by: keys)
    } catch { throw StoredRowFault("tombstone \(digest)", "\(error)") }
    let (weights, approval) = (revocation.predicate.weightsHash, revocation.predicate.approvalID)
    guard revocation.digest.description == digest, weights.description == row["weights_hash"],
      approval?.text == row["approval_id"]
    else { throw StoredRowFault("tombstone \(digest)", "its columns are another revocation's") }
    return revocation
  }

  /// All of them, as they are told: with the revoker's signature and governance's.
  func stored(in database: Database) throws -> [StoredRevocation] {
    try Row.fetchAll(database, sql: "SELECT digest, envelope FROM tombstone ORDER BY sequence").map {
      StoredRevocation(digest: $0["digest"], bytes: [UInt8]($0["envelope"] as Data))
    }
  }

  /// Those after a digest, in ascending order of digests: the order of the chain.
  func page(after digest: Digest?, limit: Int, in database: Database) throws -> [UnverifiedEnvelope] {
    let sql = "SELECT envelope FROM tombstone WHERE digest > ? ORDER BY digest LIMIT ?"
    return try Data.fetchAll(
      database.cachedStatement(sql: sql), arguments: [digest?.description ?? "", limit]
    ).map { try UnverifiedEnvelope(parsing: [UInt8]($0), maximumPayload: AttestationFormat.maximumPayload) }
  }

  /// Of all of them, for the chain that a lease names.
  func digests(in database: Database) throws -> [Digest] {
    try String.fetchAll(database, sql: "SELECT digest FROM tombstone").compactMap { Digest($0) }
  }

  /// Rows are never removed, so the last number is the count.
  func count(in database: Database) throws -> Int {
    try Int.fetchOne(database, sql: "SELECT coalesce(max(sequence), 0) FROM tombstone") ?? 0
  }
}
