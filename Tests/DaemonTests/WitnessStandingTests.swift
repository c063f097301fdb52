import Attestations
import Ledger
import MerkleLog
import PlaneContract
import ServiceLifecycle
import Storage
import TestSupport
import Testing
import Wire

@testable import Daemon

/// A plane that only keeps its log.
private struct WritingPlane: Plane {
  static let role = Role.training
  static let applicationID: Int32 = 3
  static let peer: (configKey: String, role: Role) = ("governance_socket", .governance)
  static let migrations = [
    Migration(1, "shared tables", sql: PlaneSchema.sharedTables), Migration(2, "clock", sql: PlaneSchema.clockJump),
    PlaneSchema.merkleLog(3), PlaneSchema.witnessing(4), PlaneSchema.overruledHeads(5),
  ]
  static let evidencedTables: [EvidencedTable] = []

  init(context _: PlaneContext, config _: ConfigSection) async throws {}
  let routes: [Route] = []
  let services: [any Service] = []
  func health() throws -> (String, JSONObject) { ("ok", [:]) }
}

/// What a plane says of logs that nobody witnesses.
@Suite struct WitnessStandingTests {
  let plane: TestPlane
  private var context: PlaneContext { plane.context }

  init() async throws { plane = try await TestPlane(WritingPlane.self, in: TestHouse()) { _ in [] } }

  private func write() async throws {
    try await context.commit { [context] in _ = try context.record(.planeStarted, [:], in: $0) }
  }

  private func cosign() async throws {
    let name = context.origin(of: .governance).description
    try await context.commit { [context, house = plane.house] database in
      let head = try #require(try context.ledger.checkpoint(in: database))
      let cosignature = try Cosignature(of: head, by: name, with: house.key("governance-plane"), time: 1_795_348_800)
      try OwnLog(context: context).keep(head, cosignature, in: database)
    }
  }

  private func warning(since start: Timestamp = TestHouse.epoch) throws -> String? {
    try context.witnessWarning(at: plane.clock.now(), since: start)
  }

  @Test func entriesThatNobodyCosignsForFiveMinutesAreWarnedOf() async throws {
    #expect(try warning() == nil)
    try await write()
    plane.clock.step(seconds: 200)
    try await write()
    #expect(try warning() == nil)
    plane.clock.step(seconds: 99)
    #expect(try warning() == nil)
    plane.clock.step(seconds: 1)
    #expect(
      try warning()?.contains("the 2 newest entries of this plane's log have no other plane's cosignature") == true)
    try await cosign()
    #expect(try warning() == nil)
    plane.clock.step(seconds: 3600)
    #expect(try warning() == nil, "nothing was written since")
    try await write()
    plane.clock.step(seconds: 300)
    #expect(try warning()?.contains("the 1 newest entries") == true)
    #expect(try warning(since: plane.clock.now()) == nil, "after a start its neighbours are given their time")
  }

  @Test func aLogThatCannotBeComparedForFiveMinutesIsWarnedOfUntilItIs() throws {
    let standing = context.witnessing
    standing.failed(.governance, because: "its proof is none", at: TestHouse.epoch)
    standing.failed(.governance, because: "its proof is none again", at: TestHouse.epoch.adding(seconds: 299))
    #expect(standing.warning(at: TestHouse.epoch.adding(seconds: 299)) == nil)
    let words = standing.warning(at: TestHouse.epoch.adding(seconds: 300))
    #expect(words?.contains("the log of governance-plane could not be witnessed since") == true)
    #expect(words?.contains("its proof is none again") == true)
    standing.compared(.governance)
    #expect(standing.warning(at: TestHouse.epoch.adding(seconds: 300)) == nil)
  }
}
