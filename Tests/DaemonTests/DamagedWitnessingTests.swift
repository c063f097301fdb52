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

/// A plane that answers what every plane answers.
private struct CommonPlane: Plane {
  static let role = Role.training
  static let applicationID: Int32 = 5
  static let peer: (configKey: String, role: Role) = ("governance_socket", .governance)
  static let migrations = [
    Migration(1, "shared tables", sql: PlaneSchema.sharedTables),
    Migration(2, "clock and roots", sql: PlaneSchema.clockJump + TrustRootStore.migrationSQL),
    PlaneSchema.merkleLog(3), PlaneSchema.witnessing(4), PlaneSchema.overruledHeads(5),
  ]
  static let evidencedTables: [EvidencedTable] = []

  init() {}
  init(context _: PlaneContext, config _: ConfigSection) async throws {}
  let routes: [Route] = []
  let services: [any Service] = []
  func health() throws -> (String, JSONObject) { ("ok", ["kept": 7]) }
}

/// Rows of disputes, heads and resets that somebody else wrote, damaged or deleted.
@Suite struct DamagedWitnessingTests {
  let plane: TestPlane
  private var context: PlaneContext { plane.context }

  init() async throws {
    plane = try await TestPlane(CommonPlane.self, in: TestHouse()) { context in
      [StatusRoute(plane: CommonPlane(), context: context).route]
    }
    try await context.commit { [context] in _ = try context.record(.planeStarted, [:], in: $0) }
  }

  private func fault() async throws -> String? {
    try await EvidenceAtStart(context: context, tables: []).check()
    return context.evidence.fault
  }

  // The status, without which a peer delivers nothing but revocations.

  @Test func aDisputeThatCannotBeReadIsNamedByTheStatusWithTheOthersAndKeepsNothingElseFromBeingAnswered() async throws
  {
    for (peer, kind) in [(Role.governance, "nonsense"), (.serving, "fork")] {
      let head = try PretendLog(of: peer, in: plane.house, count: 3).head(3).note.description
      try await plane.tamper(
        "INSERT INTO log_dispute VALUES (?, ?, ?, ?, NULL, 0)", ["\(context.origin(of: peer))", kind, head, head])
    }
    let status = try PlaneStatus(
      await plane.send(.planeStatus, CommonQuestion(), as: "trainer", on: .submit))
    #expect(status.trustRootVersion == 1 && status.counters["kept"] == 7)
    #expect(status.health.contains("table log_dispute"))
    #expect(status.health.contains("the log of serving-plane is in dispute"))
    #expect(try await fault()?.contains("table log_dispute") == true)
  }

  @Test func aHeadOfItsOwnThatCannotBeReadIsNamedByTheStatus() async throws {
    try await plane.tamper("INSERT INTO evidence_checkpoint VALUES ('cosigned', 1, 'nonsense')")
    let status = try PlaneStatus(await plane.send(.planeStatus, CommonQuestion(), as: "trainer", on: .submit))
    #expect(status.health.contains("table evidence_checkpoint") && status.counters["log_entries"] == 1)
  }

  // The start.

  @Test func aHeadThatWasRememberedAndIsGoneIsNamedAtTheStart() async throws {
    #expect(try await fault() == nil)
    let name = context.origin(of: .governance).description
    try await context.commit { [context, house = plane.house] database in
      let head = try #require(try context.ledger.checkpoint(in: database))
      let cosignature = try Cosignature(of: head, by: name, with: house.key("governance-plane"), time: 1_795_348_800)
      try OwnLog(context: context).keep(head, cosignature, in: database)
    }
    #expect(try await fault()?.contains("the head of \(name) was remembered and is gone") == true)
  }

  @Test func aResetThatSomebodyWroteIntoTheTableIsNamedAtTheStart() async throws {
    let log = try PretendLog(of: .governance, in: plane.house, count: 9, differingFrom: 2)
    let reset = try plane.house.reset(log.checkpoint(9))
    try await plane.tamper(
      "INSERT INTO log_reset VALUES (?, ?)", [log.origin.description, reset.serialized.data])
    try await plane.tamper(
      "INSERT INTO witnessed_log VALUES (?, ?)", [log.origin.description, log.checkpoint(9).text])
    #expect(try await fault()?.contains("table log_reset") == true)
  }
}

private struct CommonQuestion: Body {
  init() {}
  init(_: inout ObjectReader) throws(FieldError) {}
  var fields: JSONObject { [:] }
}
