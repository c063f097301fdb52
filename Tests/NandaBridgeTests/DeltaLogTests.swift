import AgentFacts
import Foundation
import Signing
import Storage
import TestSupport
import Testing
import Wire

@testable import NandaBridge

/// The sequence of changes, and what those who follow it get.
@Suite struct DeltaLogTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  @Test("A follower by the highest seq and one by next_seq both get every change once, however they are cut into pages")
  func bothCursorsLoseNothing() async throws {
    let log = try log()
    for round in 0..<7 { try await log.append((0..<93).map { change("a\(round)-\($0)") }, at: .now()) }
    #expect(try await follow(log) { page, _ in page.deltas.last?.sequence }.count == 651)
    let byNext = try await follow(log) { page, since in page.next > since ? page.next : nil }
    #expect(byNext.count == 651 && byNext.allSatisfy { $0 % 2 == 1 } && byNext == Set(byNext).sorted())
  }

  @Test("A page that is asked for at the end is empty, and its next_seq loses nothing of what comes after")
  func theEndIsNoTrap() async throws {
    let log = try log()
    #expect(try await log.page(after: 0).next == 0)
    try await log.append([change("first")], at: .now())
    let cursor = try await log.page(after: 0).next
    let end = try await log.page(after: cursor)
    #expect(end.deltas.isEmpty && end.next == cursor)
    try await log.append([change("second")], at: .now())
    #expect(try await log.page(after: end.next).deltas.map(\.agent.key.id.text) == ["second"])
  }

  @Test("One answer holds at most 500 changes, and about 512 KiB")
  func pagesAreBounded() async throws {
    let log = try log()
    try await log.append((0..<600).map { change("small-\($0)") }, at: .now())
    #expect(try await log.page(after: 0).deltas.count == 500)
    let cursor = try await log.page(after: log.page(after: 0).next).next
    try await log.append((0..<20).map { change("large-\($0)", byteCount: 100 << 10) }, at: .now())
    let large = try await log.page(after: cursor)
    #expect((5...6).contains(large.deltas.count))
  }

  @Test("Opened again the sequence goes on, and what was told is known")
  func sequenceSurvivesReopening() async throws {
    let database = try database()
    try await DeltaLog(database: database, kept: 1000).append([change("a"), change("b")], at: .now())
    try database.close()
    let again = try log()
    #expect(try await Set(again.told().keys.map(\.id.text)) == ["a", "b"])
    try await again.append([change("c")], at: .now())
    let page = try await again.page(after: 0)
    #expect(page.deltas.map(\.agent.key.id.text) == ["a", "b", "c"])
    #expect(page.deltas.map(\.sequence) == Set(page.deltas.map(\.sequence)).sorted())
  }

  @Test("A client too far behind is told so; from 0 it gets the newest word on every listed agent")
  func tooFarBehindIsRefused() async throws {
    let log = try log(kept: 1000)
    try await log.append([change("lasting"), change("gone")], at: .now())
    let early = try await log.page(after: 0).deltas.map(\.sequence)
    try await log.append([change("gone", .revoke)], at: .now())
    for round in 0..<3 { try await log.append((0..<500).map { change("busy-\($0)", print: round) }, at: .now()) }
    for since in early + [1, early[0] - 2, early[1] + 1] {
      await #expect(throws: QueryRefusal.self, "\(since)") { try await log.page(after: since) }
    }
    var newest: [String: DeltaAction] = [:]
    var since = 0
    while case let page = try await log.page(after: since), !page.deltas.isEmpty {
      for delta in page.deltas { newest[delta.agent.key.id.text] = delta.action }
      // The next page begins where nothing is missing any more.
      since = page.next
    }
    #expect(newest["lasting"] == .upsert && newest["gone"] == nil && newest.count == 501)
  }

  @Test("A client from another log, or from the future, is told so")
  func aStrangersCursorIsRefused() async throws {
    let log = try log()
    try await log.append([change("only")], at: .now())
    let end = try await log.page(after: 0).next
    #expect(try await log.page(after: end).deltas.isEmpty)
    for since in [1, 2, end / 2, end - 4, end + 1, Int.max] {
      await #expect(throws: QueryRefusal.self, "\(since)") { try await log.page(after: since) }
    }
  }

  @Test(
    "A log that was lost keeps no revocation from its followers: every cursor of the old one is refused, then and ever after"
  )
  func aLostLogIsNoticed() async throws {
    let then = Timestamp.now()
    let old = try log()
    for second in 0..<50 { try await old.append([change("a-\(second)")], at: then.adding(seconds: second)) }
    let cursors = try await follow(old) { page, _ in page.next }
    let new = try log(named: "new")
    for second in 60..<200 {
      for cursor in cursors + [try #require(cursors.last) + 1] {
        await #expect(throws: QueryRefusal.self, "\(cursor)") { try await new.page(after: cursor) }
      }
      try await new.append([change("b-\(second)", .revoke)], at: then.adding(seconds: second))
    }
    #expect(try await new.page(after: 0).deltas.count == 140)
  }

  @Test("A log that was taken back to a copy serves who was there then, and refuses who has heard of more")
  func aRestoredLogIsNoticed() async throws {
    let then = Timestamp.now()
    let (lost, restored) = (try log(), try log(named: "copy"))
    for log in [lost, restored] { try await log.append([change("a")], at: then) }
    let shared = try await lost.page(after: 0).next
    try await lost.append([change("a", .revoke)], at: then.adding(seconds: 1))
    let forgotten = try await lost.page(after: 0).next
    for second in 10..<20 {
      for cursor in [forgotten - 1, forgotten] {
        await #expect(throws: QueryRefusal.self) { try await restored.page(after: cursor) }
      }
      try await restored.append([change("a", .revoke)], at: then.adding(seconds: second))
    }
    #expect(try await restored.page(after: shared).deltas.map(\.action) == Array(repeating: .revoke, count: 10))
  }

  @Test("With the clock set back numbers still only grow")
  func aClockSetBack() async throws {
    let log = try log()
    for second in [100, 50, 0, 101] { try await log.append([change("a")], at: Timestamp.now().adding(seconds: second)) }
    let numbers = try await log.page(after: 0).deltas.map(\.sequence)
    #expect(numbers.count == 4 && numbers == Set(numbers).sorted() && numbers.allSatisfy { $0 % 2 == 1 })
    #expect(numbers.allSatisfy { $0 < 1 << 53 })
  }

  @Test("With other names the log begins anew: every cursor of the old one is refused, also with the clock set back")
  func otherNames() async throws {
    let (acme, other) = (try names("acme"), try names("other"))
    let log = try log()
    #expect(try await log.speak(as: acme) == nil)
    try await log.append([change("a"), change("b")], at: .now())
    #expect(try await log.speak(as: acme) == nil)
    let cursors = try await follow(log) { page, _ in page.next } + [try await log.page(after: 0).next]
    for (round, names) in [other, acme].enumerated() {
      #expect(try await log.speak(as: names) == (round == 0 ? 2 : 1))
      #expect(try await log.told().isEmpty)
      #expect(try await log.page(after: 0).deltas.isEmpty)
      let empty = try await log.page(after: 0).next
      #expect(try await log.page(after: empty).next == empty)
      for step in 0..<2 {
        for cursor in cursors {
          await #expect(throws: QueryRefusal.self, "\(cursor)") { try await log.page(after: cursor) }
        }
        if step == 0 { try await log.append([change("c")], at: Timestamp.now().adding(seconds: -3600)) }
      }
      #expect(try await log.page(after: empty).deltas.map(\.agent.key.id.text) == ["c"])
    }
  }

  @Test("A log that does not say by which names it called its agents is begun anew")
  func noNames() async throws {
    let log = try log()
    try await log.append([change("a")], at: .now())
    let cursor = try await log.page(after: 0).next
    #expect(try await log.speak(as: names("acme")) == 1)
    await #expect(throws: QueryRefusal.self) { try await log.page(after: cursor) }
  }

  @Test(
    "What went private is told by its names alone, and nothing that was told of it before; told of again it is there")
  func withheld() async throws {
    let log = try log()
    try await log.append([change("shy", byteCount: 100), change("open")], at: .now())
    let early = try await log.page(after: 0)
    try await log.append([change("shy", .delete, told: .withheld)], at: .now())
    let all = try await log.page(after: 0).deltas
    #expect(all.map(\.agent.key.id.text) == ["open", "shy"] && all.last?.action == .delete)
    #expect(all.allSatisfy { $0.agent.json.count < 100 })
    // Who followed hears of it, wherever they stood.
    for since in early.deltas.map(\.sequence) + [early.next] {
      #expect(try await log.page(after: since).deltas.last?.action == .delete, "\(since)")
    }
    try await log.append([change("shy")], at: .now())
    #expect(try await log.page(after: 0).deltas.map(\.action) == [.upsert, .delete, .upsert])
  }

  @Test("What was told once is never changed")
  func toldIsTold() async throws {
    let database = try database()
    try await DeltaLog(database: database, kept: 1000).append([change("a")], at: .now())
    await #expect(throws: (any Error).self) {
      try await database.commit { try $0.execute(sql: "UPDATE delta SET action = 'delete'") }
    }
  }

  private func follow(_ log: DeltaLog, _ next: (DeltaPage, Int) -> Int?) async throws -> [Int] {
    var (seen, since): ([Int], Int) = ([], 0)
    while true {
      let page = try await log.page(after: since)
      seen += page.deltas.map(\.sequence)
      guard !page.deltas.isEmpty, let following = next(page, since) else { return seen }
      since = following
    }
  }

  @Test("While the clock is behind, two copies of one log give no number out that the other has given")
  func copiesOfOneLog() async throws {
    let ahead = Timestamp.now().adding(days: 1)
    let database = try database()
    try await DeltaLog(database: database, kept: 1000).append([change("a")], at: ahead)
    try database.close()
    try FileManager.default.copyItem(
      atPath: "\(folder.path)/state.sqlite", toPath: "\(folder.path)/copy.sqlite")
    let (one, copy) = (try log(), try log(named: "copy"))
    try await one.append([change("b")], at: .now())
    try await copy.append([change("c")], at: .now())
    let cursor = try await one.page(after: 0).next
    await #expect(throws: QueryRefusal.self) { _ = try await copy.page(after: cursor) }
  }

  @Test("A clock of the next century does not make numbers that no reader of JSON can tell apart")
  func farClock() async throws {
    let log = try log()
    try await log.append([change("a")], at: Timestamp(microseconds: 8_000_000_000_000_000))
    #expect(try await log.page(after: 0).next < 1 << 53)
  }

  private func database(named name: String = "state") throws -> PlaneDatabase {
    try PlaneDatabase.open(
      path: "\(folder.path)/\(name).sqlite", applicationID: DeltaSchema.applicationID,
      migrations: DeltaSchema.migrations)
  }

  private func log(named name: String = "state", kept: Int = 100_000) throws -> DeltaLog {
    DeltaLog(database: try database(named: name), kept: kept)
  }

  private func change(
    _ id: String, _ action: DeltaAction = .upsert, print: Int = 0, byteCount: Int = 10, told: ToldAgent? = nil
  ) -> AgentChange {
    let key = AgentKey(.models, AgentID(checked: id))
    let json = Array("{\"id\":\"\(String(repeating: "x", count: byteCount))\"}".utf8)
    let usual = ToldAgent(
      action: action, fingerprint: Digest(hashing: Array("\(print)".utf8)), basis: Digest(hashing: []))
    return AgentChange(key: key, document: AgentDocument(key: key, json: json), told: told ?? usual)
  }

  private func names(_ id: String) throws -> RegistryNames {
    RegistryNames(
      try Registry(id: RegistryID(checked: id), providerName: "Acme", providerURL: "https://\(id).example"))
  }
}
