import Attestations
import Daemon
import FoundationEssentials
import GRDB
import Ledger
import MerkleLog
import PlaneContract
import Signing
import Storage
import Wire

/// Accepted revocations, kept for ever.
struct TombstoneStore: RevocationArchive {
  func count(in database: Database) throws -> Int {
    try Int.fetchOne(database, sql: "SELECT count(*) FROM tombstone") ?? 0
  }

  func stored(in database: Database) throws -> [StoredRevocation] {
    try Row.fetchAll(database, sql: "SELECT digest, envelope FROM tombstone ORDER BY accepted_at").map {
      StoredRevocation(digest: $0["digest"], bytes: [UInt8]($0["envelope"] as Data))
    }
  }

  /// Those after a digest, in ascending order of digests: the order of the chain.
  func page(after digest: Digest?, limit: Int, in database: Database) throws -> [UnverifiedEnvelope] {
    try Data.fetchAll(
      database, sql: "SELECT envelope FROM tombstone WHERE digest > ? ORDER BY digest LIMIT ?",
      arguments: [digest?.description ?? "", limit]
    ).map { try UnverifiedEnvelope(parsing: [UInt8]($0), maximumPayload: AttestationFormat.maximumPayload) }
  }

  func contains(_ digest: Digest, in database: Database) throws -> Bool {
    try Row.fetchOne(database, sql: "SELECT 1 FROM tombstone WHERE digest = ?", arguments: [digest.description]) != nil
  }

  func insert(_ tombstone: Tombstone, at now: Timestamp, in database: Database) throws {
    let revocation = tombstone.revocation
    try database.execute(
      sql: "INSERT INTO tombstone VALUES (?, ?, ?, ?)",
      arguments: [
        revocation.digest.description, revocation.predicate.weightsHash.description,
        Data(revocation.envelope.serialized), now.microseconds,
      ])
    for digest in tombstone.deadApprovals {
      try database.execute(
        sql: "INSERT INTO tombstone_approval VALUES (?, ?)",
        arguments: [revocation.digest.description, digest.description])
    }
  }

  /// Revocations that governance has not confirmed yet, each with its weights.
  func undelivered(in database: Database) throws -> [Digest: Digest] {
    let sql = "SELECT digest, weights_hash FROM tombstone WHERE digest IN (SELECT digest FROM outbox WHERE kind = ?)"
    let rows = try Row.fetchAll(database, sql: sql, arguments: [MessageKind.revocationPublish.rawValue])
    return rows.reduce(into: [:]) { weights, row in
      guard let digest = Digest(row["digest"] as String) else { return }
      weights[digest] = Digest(row["weights_hash"] as String)
    }
  }

  /// The approvals that died by one tombstone.
  func dead(by digest: Digest, in database: Database) throws -> [ApprovalID] {
    let sql = """
      SELECT approval_id FROM approval JOIN tombstone_approval ON approval_digest = digest
      WHERE tombstone_digest = ? ORDER BY received_at
      """
    return try String.fetchAll(database, sql: sql, arguments: [digest.description]).compactMap { ApprovalID($0) }
  }

  /// Every tombstone, verified again; who revoked was judged when it was accepted and may have left since. One that no longer verifies, or that the evidence names and the tables lack, was tampered
  /// with: the plane must not run without it.
  func all(root: VerifiedTrustRoot, in database: Database) throws -> [Tombstone] {
    for (digest, data) in try EvidencedAttestations(of: .modelApprovalRevoked).all(in: database) {
      guard let digest = Digest(digest), try contains(digest, in: database) else {
        throw StorageError.corrupt("table tombstone: \(digest) was accepted and is gone")
      }
      guard RevocationEvidence.names(try dead(by: digest, in: database), in: data) else {
        throw StorageError.corrupt("table tombstone_approval: other approvals than those that died by \(digest)")
      }
    }
    return try Row.fetchAll(database, sql: "SELECT * FROM tombstone").map { row in
      do { return try tombstone(row, root: root, in: database) } catch {
        throw StorageError.corrupt("table tombstone: \(row["digest"] as String) no longer verifies: \(error)")
      }
    }
  }

  private func tombstone(_ row: Row, root: VerifiedTrustRoot, in database: Database) throws -> Tombstone {
    let (name, bytes): (String, [UInt8]) = (row["digest"], [UInt8](row["envelope"] as Data))
    let envelope = try UnverifiedEnvelope(parsing: bytes, maximumPayload: AttestationFormat.maximumPayload)
    let revocation = try Tombstone.signed(envelope, root: root, passedOn: true)
    guard revocation.digest.description == name, revocation.predicate.weightsHash.description == row["weights_hash"]
    else { throw FieldError("digest, weights_hash", "are another revocation's") }
    let dead = try String.fetchAll(
      database, sql: "SELECT approval_digest FROM tombstone_approval WHERE tombstone_digest = ?", arguments: [name])
    return Tombstone(revocation: revocation, deadApprovals: Set(dead.compactMap { Digest($0) }))
  }
}
