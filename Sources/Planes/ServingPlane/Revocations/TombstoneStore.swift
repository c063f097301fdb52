import Attestations
import Daemon
import FoundationEssentials
import GRDB
import Ledger
import PlaneContract
import Signing
import Storage
import Wire

/// Accepted revocations, kept for ever.
struct TombstoneStore: RevocationArchive {
  func count(in database: Database) throws -> Int {
    try Int.fetchOne(database, sql: "SELECT count(*) FROM tombstone") ?? 0
  }

  func envelopes(in database: Database) throws -> [UnverifiedEnvelope] {
    try Data.fetchAll(database, sql: "SELECT envelope FROM tombstone ORDER BY accepted_at").map {
      try UnverifiedEnvelope(parsing: [UInt8]($0), maximumPayload: AttestationFormat.maximumPayload)
    }
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

  /// Every tombstone, verified again. One that no longer verifies, or that the evidence names and the table lacks, was tampered
  /// with: the plane must not run without it.
  func all(root: VerifiedTrustRoot, in database: Database) throws -> [Tombstone] {
    let missing = """
      SELECT attestation_digest FROM evidence WHERE event = ? AND attestation_digest NOT IN (SELECT digest FROM tombstone)
      """
    if let gone = try String.fetchOne(database, sql: missing, arguments: [EvidenceEvent.modelApprovalRevoked.rawValue])
    {
      throw StorageError.corrupt("the tombstone \(gone) was accepted and is gone")
    }
    return try Row.fetchAll(database, sql: "SELECT digest, envelope FROM tombstone").map { row in
      let name: String = row["digest"]
      do { return try tombstone(name, [UInt8](row["envelope"] as Data), root: root, in: database) } catch {
        throw StorageError.corrupt("the tombstone \(name) no longer verifies: \(error)")
      }
    }
  }

  private func tombstone(
    _ name: String, _ bytes: [UInt8], root: VerifiedTrustRoot, in database: Database
  ) throws -> Tombstone {
    let envelope = try UnverifiedEnvelope(parsing: bytes, maximumPayload: AttestationFormat.maximumPayload)
    let revocation = try envelope.attested(ModelRevocation.self, by: root.keys(of: .approver))
    guard revocation.digest.description == name else { throw FieldError("digest", "is another revocation's") }
    let dead = try String.fetchAll(
      database, sql: "SELECT approval_digest FROM tombstone_approval WHERE tombstone_digest = ?", arguments: [name])
    return Tombstone(revocation: revocation, deadApprovals: Set(dead.compactMap { Digest($0) }))
  }
}
