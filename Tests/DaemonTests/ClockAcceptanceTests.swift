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

/// A plane that only keeps the time.
private struct TimekeepingPlane: Plane {
  static let role = Role.serving
  static let applicationID: Int32 = 2
  static let peer: (configKey: String, role: Role) = ("governance_socket", .governance)
  static let migrations = [
    Migration(1, "shared tables", sql: PlaneSchema.sharedTables), Migration(2, "clock", sql: PlaneSchema.clockJump),
    PlaneSchema.merkleLog(3),
  ]
  static let evidencedTables: [EvidencedTable] = []

  init(context _: PlaneContext, config _: ConfigSection) async throws {}
  let routes: [Route] = []
  let services: [any Service] = []
  func health() throws -> (String, JSONObject) { ("ok", [:]) }
}

/// What a plane keeps of a clock that jumps, and how an operator ends it.
@Suite struct ClockAcceptanceTests {
  let plane: TestPlane
  private var context: PlaneContext { plane.context }

  init() async throws { plane = try await TestPlane(TimekeepingPlane.self, in: TestHouse()) { _ in [] } }

  private func marks() async throws -> (highest: Int64?, jump: Int64?) {
    try await context.database.read { (try ClockHighWater.highest(in: $0), try UnacceptedClockJump.time(in: $0)) }
  }

  private func jumped(days: Int) -> ClockReading {
    ClockReading(time: TestHouse.epoch.adding(days: days), hasJumpedAhead: true, isSettled: false)
  }

  @Test(arguments: [1, 4000]) func aTimeThatTheClockJumpedToIsNotTheHighestSeenAndIsRemembered(_ days: Int) async throws
  {
    try await context.commit { _ in }
    for reading in [jumped(days: days), jumped(days: days + 1)] {
      plane.clock.set(reading)
      try await context.commit { _ in }
    }
    let marks = try await marks()
    #expect(marks.highest == TestHouse.epoch.microseconds)
    #expect(marks.jump == jumped(days: days).time.microseconds, "the first of them")
    #expect(context.highestTime.value == TestHouse.epoch)
  }

  @Test func acceptingMakesTheTimeTheMarkForwardsAndBackAndIsRecorded() async throws {
    try await context.commit { _ in }
    plane.clock.set(jumped(days: 2))
    try await context.commit { _ in }
    let forwards = try await ClockAcceptance.accept(in: context)
    #expect(forwards.accepted == TestHouse.epoch.adding(days: 2))
    #expect(forwards.highest == TestHouse.epoch && forwards.jumped == TestHouse.epoch.adding(days: 2))
    #expect(try await marks() == (TestHouse.epoch.adding(days: 2).microseconds, nil))

    plane.clock.set(ClockReading(time: TestHouse.epoch.adding(days: 1)))
    let back = try await ClockAcceptance.accept(in: context)
    #expect(back.highest == TestHouse.epoch.adding(days: 2) && back.jumped == nil)
    #expect(try await marks() == (TestHouse.epoch.adding(days: 1).microseconds, nil))

    let entries = try await plane.evidence(.clockAccepted)
    #expect(entries.count == 2)
    #expect(
      entries.last == [
        "accepted": .string(TestHouse.epoch.adding(days: 1).attestationText),
        "highest": .string(TestHouse.epoch.adding(days: 2).attestationText), "jumped": .null,
      ])
  }

  @Test func acceptingMakesRoomThatMessagesFromAWrongTimeHadTakenUp() async throws {
    func record(_ id: String, at time: Timestamp) async throws {
      let expiry = time.adding(seconds: Message.maximumLifetimeSeconds).microseconds
      try await context.database.commit {
        try ReplayGuard(limit: 2).record(sender: "alice", id: id, expiresAtMicroseconds: expiry, in: $0)
      }
    }
    try await record("now", at: TestHouse.epoch.adding(seconds: Message.clockSkewSeconds))
    try await record("ahead", at: TestHouse.epoch.adding(days: 4000))
    await #expect(throws: StorageError.self) { try await record("next", at: TestHouse.epoch) }
    _ = try await ClockAcceptance.accept(in: context)
    await #expect(throws: ReplayRefusal.replayed, "what may still be replayed is kept") {
      try await record("now", at: TestHouse.epoch)
    }
    try await record("next", at: TestHouse.epoch)
  }

  @Test func stepsOfAMillisecondForthAndBackLeaveTheHighest() async throws {
    for step in [1, -1, 1, -1, 1, -1] {
      plane.clock.step(milliseconds: step)
      try await context.commit { _ in }
    }
    #expect(try await marks() == (TestHouse.epoch.microseconds + 1000, nil))
  }
}
