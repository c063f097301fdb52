import GRDB
import Storage
import Testing
import Wire

@Suite struct ReplayGuardTests {
  private static let second: Int64 = 1_000_000

  private func accept(
    _ database: PlaneDatabase, _ id: String, with guarded: ReplayGuard = ReplayGuard(), from sender: String = "alice",
    expires: Int64, now: Int64
  ) async throws {
    try await database.commit { database in
      try ClockHighWater.observe(now * Self.second, in: database)
      try guarded.record(sender: sender, id: id, expiresAtMicroseconds: expires * Self.second, in: database)
    }
  }

  @Test func aReplayedMessageIsRefused() async throws {
    let database = try ScratchDatabase().database
    try await accept(database, "a", expires: 60, now: 0)
    await #expect(throws: ReplayRefusal.replayed) { try await accept(database, "a", expires: 60, now: 1) }
  }

  @Test func anotherSenderMayUseTheSameID() async throws {
    let database = try ScratchDatabase().database
    try await accept(database, "a", expires: 60, now: 0)
    try await accept(database, "a", from: "bob", expires: 60, now: 0)
    await #expect(throws: ReplayRefusal.replayed) { try await accept(database, "a", from: "bob", expires: 60, now: 0) }
  }

  @Test func aReplayIsRefusedAlsoAfterARestart() async throws {
    let directory = try ScratchDirectory()
    try await acceptAndClose(directory)
    let reopened = try ScratchDatabase.open(directory.path)
    await #expect(throws: ReplayRefusal.replayed) { try await accept(reopened, "a", expires: 60, now: 2) }
  }

  private func acceptAndClose(_ directory: ScratchDirectory) async throws {
    let database = try ScratchDatabase.open(directory.path)
    try await accept(database, "a", expires: 60, now: 0)
    try database.close()
  }

  @Test func anIDOfARefusedChangeMayBeUsedAgain() async throws {
    struct Refused: Error {}
    let database = try ScratchDatabase().database
    await #expect(throws: Refused.self) {
      try await database.commit { database in
        try ReplayGuard().record(sender: "alice", id: "a", expiresAtMicroseconds: 60, in: database)
        throw Refused()
      }
    }
    try await accept(database, "a", expires: 60, now: 0)
    await #expect(throws: ReplayRefusal.replayed) { try await accept(database, "a", expires: 60, now: 0) }
  }

  @Test func idsAreKeptUntilThirtySecondsAfterExpiry() async throws {
    let database = try ScratchDatabase().database
    try await accept(database, "a", expires: 60, now: 0)
    await #expect(throws: ReplayRefusal.replayed) { try await accept(database, "a", expires: 60, now: 90) }
    try await accept(database, "b", expires: 150, now: 91)
    #expect(try database.readNow { try Int.fetchOne($0, sql: "SELECT count(*) FROM seen_message") } == 1)
  }

  @Test func aClockSetBackFreesNoIDs() async throws {
    let database = try ScratchDatabase().database
    try await accept(database, "a", expires: 60, now: 0)
    try await accept(database, "b", expires: 1060, now: 1000)
    // The wall clock is back at 10 s: by it the first message is live, and its id is no longer kept.
    await #expect(throws: ReplayRefusal.tooOld) { try await accept(database, "a", expires: 60, now: 10) }
    #expect(try database.readNow { try ClockHighWater.highest(in: $0) } == 1000 * Self.second)
  }

  @Test func aFullTableIsOverloadedUntilIDsExpire() async throws {
    let database = try ScratchDatabase().database
    let small = ReplayGuard(limit: 3, senderLimit: 3)
    for id in ["a", "b", "c"] { try await accept(database, id, with: small, from: "sender-\(id)", expires: 60, now: 0) }
    await #expect(throws: StorageError.overloaded("too many recent messages")) {
      try await accept(database, "d", with: small, expires: 60, now: 0)
    }
    try await accept(database, "d", with: small, expires: 160, now: 100)
  }

  @Test func oneSenderCannotTakeTheShareOfOthers() async throws {
    let database = try ScratchDatabase().database
    let small = ReplayGuard(limit: 10, senderLimit: 2)
    for id in ["a", "b"] { try await accept(database, id, with: small, from: "noisy", expires: 60, now: 0) }
    await #expect(throws: StorageError.overloaded("too many recent messages from noisy")) {
      try await accept(database, "c", with: small, from: "noisy", expires: 60, now: 0)
    }
    try await accept(database, "c", with: small, from: "quiet", expires: 60, now: 0)
  }

  @Test func queriesAreRememberedInBoundedMemoryAndTheOldestIsForgotten() {
    let memory = MemoryReplayGuard(limit: 3)
    let (a, b, c) = (MessageID.random(), MessageID.random(), MessageID.random())
    let (sender, other) = (PrincipalID(checked: "s"), PrincipalID(checked: "t"))
    #expect([a, b, c, a].map { memory.accept($0, of: sender) } == [true, true, true, false])
    #expect(memory.accept(b, of: other))
    #expect(memory.accept(a, of: sender), "the oldest was forgotten")
    #expect(!memory.accept(c, of: sender))
    #expect(!memory.accept(b, of: other))
  }
}
