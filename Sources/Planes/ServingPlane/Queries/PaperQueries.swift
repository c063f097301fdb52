import Attestations
import Daemon
import FoundationEssentials
import GRDB
import PlaneContract
import Signing
import Storage
import Wire

/// `attestation.get` and `revocation.list`: what this plane holds, for whoever verifies it elsewhere.
struct PaperQueries: Sendable {
  let context: PlaneContext

  var routes: [Route] {
    [
      .query(.attestationGet) { request in
        let body: AttestationGet = try request.decoded()
        return .later { FoundAttestation(attestation: try await attestation(body.digest)).fields }
      },
      .query(.revocationList) { request in
        let body: RevocationList = try request.decoded()
        return .later { try await revocations(body).fields }
      },
    ]
  }

  private func attestation(_ digest: Digest) async throws -> UnverifiedEnvelope {
    let candidates = try await context.database.read { try stored(digest, in: $0) }
    guard !candidates.isEmpty else { throw Refusal(.notFound, "serving has no attestation \(digest)") }
    let found = candidates.lazy.compactMap {
      try? UnverifiedEnvelope(parsing: $0, maximumPayload: AttestationFormat.maximumPayload)
    }.first { $0.payloadDigest == digest }
    guard let found else {
      throw Refusal(.internal, "what is stored as \(digest) is something else; nothing was decided on it")
    }
    return found
  }

  /// What stands where an attestation of this digest would.
  private func stored(_ digest: Digest, in database: Database) throws -> [[UInt8]] {
    let sql = """
      SELECT envelope FROM training_output WHERE digest = :digest
      UNION ALL SELECT envelope FROM approval WHERE digest = :digest
      UNION ALL SELECT envelope FROM tombstone WHERE digest = :digest
      UNION ALL SELECT promotion FROM deployment JOIN deployment_attestation USING (number) WHERE digest = :digest
      UNION ALL SELECT undeployment FROM deployment JOIN deployment_attestation USING (number) WHERE digest = :digest
      """
    let statement = try database.cachedStatement(sql: sql)
    let rows = try Optional<Data>.fetchAll(statement, arguments: ["digest": digest.description])
    let lease = try LeaseStore().lease(in: database)?.envelope
    return rows.compactMap { $0.map { [UInt8]($0) } }
      + (lease?.payloadDigest == digest ? [lease?.serialized ?? []] : [])
  }

  private func revocations(_ query: RevocationList) async throws -> RevocationPage {
    try await context.database.read { database in
      let found = try TombstoneStore().page(after: query.after, limit: query.limit + 1, in: database)
      return try RevocationPage(fitting: found, limit: query.limit) { try LeaseStore().lease(in: database)?.envelope }
    }
  }
}
