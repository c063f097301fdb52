import Attestations
import GRDB
import PlaneContract
import Signing
import Storage
import TestSupport
import Testing
import Wire

@testable import ServingPlane

/// A database from before trust roots could change.
@Suite struct TrustMigrationTests {
  let house: TestHouse
  let directory: TemporaryDirectory
  let approval: UnverifiedEnvelope

  init() async throws {
    house = try TestHouse()
    directory = try TemporaryDirectory()
    let output = try house.trainingOutput()
    approval = try house.signed(TestHouse.approval(of: output), by: ["alice", "bob", "governance-plane"])
    let database = try open(ServingSchema.migrations.prefix(3).map(\.self))
    let rows: [(Digest, String, [UInt8])] = [
      (approval.payloadDigest, "approval:1", approval.serialized), (Digest(hashing: [1]), "approval:2", [0xff, 0x7b]),
      (Digest(hashing: [2]), "approval:3", Array("{\"signatures\":[{\"keyid\":null},3]}".utf8)),
    ]
    try await database.commit { database in
      try database.execute(
        sql: "INSERT INTO training_output VALUES (?, ?)",
        arguments: [output.payloadDigest.description, output.serialized.data])
      for (digest, id, envelope) in rows {
        try database.execute(
          sql: "INSERT INTO approval VALUES (?, ?, 'iris', 'sha256:00', ?, ?, 0)",
          arguments: [digest.description, id, output.payloadDigest.description, envelope.data])
      }
    }
    try database.close()
  }

  @Test func whatWasAcceptedThenCountsAsAcceptedUnderVersionOne() async throws {
    let database = try open(ServingSchema.migrations)
    let (digest, signatures) = (approval.payloadDigest, approval.signatures)
    let acceptance = try #require(
      try await database.read { try SQLiteApprovalStore().acceptance(of: digest, in: $0) })
    #expect(acceptance.rootVersion == 1)
    #expect(signatures.map(acceptance.rootVersion) == [1, 1, 1])
    let retired = try house.next { $0.retire("bob") }
    let output = try await database.read { try SQLiteApprovalStore().approval(digest, in: $0)?.trainingOutput }
    let training = try UnverifiedEnvelope(
      parsing: try #require(output), maximumPayload: AttestationFormat.maximumPayload)
    let proven = try ProvenApproval.verify(
      approval: approval, training: training, root: retired.root, accepted: acceptance)
    #expect(proven.held.quorum.names == "alice, bob")
  }

  @Test func rowsThatNobodyCanReadKeepNoPlaneFromStarting() async throws {
    let database = try open(ServingSchema.migrations)
    let count = try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM accepted_signature") }
    #expect(count == 3)
  }

  private func open(_ migrations: [Migration]) throws -> PlaneDatabase {
    try PlaneDatabase.open(
      path: "\(directory.path)/state.sqlite", applicationID: ServingSchema.applicationID, migrations: migrations)
  }
}
