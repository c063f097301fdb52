import Attestations
import Daemon
import FoundationEssentials
import GRDB
import PlaneContract
import Signing
import Storage
import Wire

/// `attestation.get`.
struct AttestationHandler: Sendable {
  let queries: AttestationQueries

  var route: Route {
    .query(.attestationGet) { request in
      let body: AttestationGet = try request.decoded()
      return .later { FoundAttestation(attestation: try await queries.find(body.digest, root: request.root)).fields }
    }
  }
}

/// Finds any attestation that this plane holds, by its digest.
struct AttestationQueries: Sendable {
  let context: PlaneContext
  private let approvals = ApprovalStore()

  init(context: PlaneContext) { self.context = context }

  func find(_ digest: Digest, root: VerifiedTrustRoot) async throws -> UnverifiedEnvelope {
    try await context.database.read { [self] database in
      if let id = try approvals.id(of: digest, in: database),
        let held = try ApprovalRegister(context: context, root: root).find(id, in: database)
      {
        return held.envelope
      }
      return try context.guardingStoredRows { try stored(digest, in: database) }
    }
  }

  /// Those that are kept as envelopes. The bytes must be those that the digest names; whoever asked verifies the rest.
  private func stored(_ digest: Digest, in database: Database) throws -> UnverifiedEnvelope {
    let sql = """
      SELECT envelope FROM training_output WHERE digest = :digest
      UNION ALL SELECT envelope FROM tombstone WHERE digest = :digest
      UNION ALL SELECT envelope FROM approval_rejection WHERE digest = :digest
      UNION ALL SELECT drift_check FROM drift_check WHERE digest = :digest
      """
    let statement = try database.cachedStatement(sql: sql)
    guard let bytes = try Data.fetchOne(statement, arguments: ["digest": digest.description]) else {
      throw Refusal(.notFound, "governance has no attestation \(digest)")
    }
    let envelope = try? UnverifiedEnvelope(parsing: [UInt8](bytes), maximumPayload: AttestationFormat.maximumPayload)
    guard let envelope, envelope.payloadDigest == digest else {
      throw StoredRowFault("attestation \(digest)", "it is another one")
    }
    return envelope
  }
}
