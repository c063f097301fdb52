import Attestations
import GRDB
import Storage
import TestSupport
import Testing
import Wire

@testable import NandaBridge

/// Papers lie in a file that somebody else may write: what comes out of it is believed as little as what came in.
@Suite struct PaperStoreTests {
  private let folder: TemporaryDirectory
  private let house: TestHouse
  private let store: PaperStore

  init() throws {
    folder = try TemporaryDirectory()
    house = try TestHouse()
    store = PaperStore(
      database: try PlaneDatabase.open(
        path: "\(folder.path)/state.sqlite", applicationID: DeltaSchema.applicationID,
        migrations: DeltaSchema.migrations))
  }

  private func papers(
    _ model: String, id: String = "approval:0000000000000001",
    by signers: [String] = ["alice", "bob", "governance-plane"]
  ) throws -> (
    id: ApprovalID, papers: UnverifiedPapers
  ) {
    let result = TestHouse.result(model: model)
    let output = try house.trainingOutput(result)
    let approval = TestHouse.approval(
      of: output, result, id: id, environments: ["staging"], required: 2, expiresAt: TestHouse.epoch.adding(days: 30))
    let envelope = try house.signed(approval, by: signers)
    return (approval.approvalID, UnverifiedPapers(approval: envelope, training: output))
  }

  @Test("the papers of another approval under its name are refused, and so are papers that governance did not sign")
  func swapped() async throws {
    let (iris, rose) = (try papers("iris"), try papers("rose", id: "approval:0000000000000002"))
    try await store.keep([(iris.id, rose.papers)])
    let swapped = try #require(try await store.papers(of: iris.id))
    #expect(throws: PaperFault.self) { _ = try swapped.verified(as: iris.id, root: house.root) }
    let unsigned = try papers("iris", by: ["alice", "bob"])
    #expect(throws: PaperFault.self) { _ = try unsigned.papers.verified(as: unsigned.id, root: house.root) }
  }

  @Test("a byte that was changed in the file is found by whoever reads the papers")
  func altered() async throws {
    let iris = try papers("iris")
    try await store.keep([(iris.id, iris.papers)])
    #expect(try await store.papers(of: iris.id)?.verified(as: iris.id, root: house.root) != nil)
    for column in ["approval", "training"] {
      try await store.keep([(iris.id, iris.papers)])
      try await store.database.commit { database in
        // Inside of the payload: still an envelope, of other bytes.
        try database.execute(
          sql: """
            UPDATE paper SET \(column) = CAST(substr(\(column), 1, 99)
              || CASE substr(\(column), 100, 1) WHEN 'A' THEN 'B' ELSE 'A' END || substr(\(column), 101) AS BLOB)
            """)
      }
      let altered = try #require(try await store.papers(of: iris.id))
      #expect(throws: (any Error).self, "\(column)") { _ = try altered.verified(as: iris.id, root: house.root) }
    }
  }

  @Test("what is no envelope any more is as if it were not there")
  func noEnvelope() async throws {
    let iris = try papers("iris")
    try await store.keep([(iris.id, iris.papers)])
    try await store.database.commit { try $0.execute(sql: "UPDATE paper SET approval = x'7b7d'") }
    #expect(try await store.papers(of: iris.id) == nil)
  }

  @Test("papers of approvals that are in force no more are forgotten, the others stay")
  func forgotten() async throws {
    let (iris, rose) = (try papers("iris"), try papers("rose", id: "approval:0000000000000002"))
    try await store.keep([iris, rose])
    try await store.keepOnly([rose.id])
    #expect(try await store.papers(of: iris.id) == nil)
    #expect(try await store.papers(of: rose.id)?.verified(as: rose.id, root: house.root) != nil)
  }
}
