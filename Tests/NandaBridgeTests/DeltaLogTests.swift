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
    #expect(byNext == (0..<651).map { 2 * $0 + 1 })
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

  @Test("One answer holds at most 500 changes, and about 4 MiB")
  func pagesAreBounded() async throws {
    let log = try log()
    try await log.append((0..<600).map { change("small-\($0)") }, at: .now())
    #expect(try await log.page(after: 0).deltas.count == 500)
    try await log.append((0..<20).map { change("large-\($0)", byteCount: 1 << 20) }, at: .now())
    let large = try await log.page(after: 1199)
    #expect((4...5).contains(large.deltas.count))
  }

  @Test("Opened again the sequence goes on, and what was told is known")
  func sequenceSurvivesReopening() async throws {
    let database = try database()
    try await DeltaLog(database: database, kept: 1000).append([change("a"), change("b")], at: .now())
    try database.close()
    let again = try log()
    #expect(try await Set(again.told().keys.map(\.id.text)) == ["a", "b"])
    try await again.append([change("c")], at: .now())
    #expect(try await again.page(after: 0).deltas.map(\.sequence) == [1, 3, 5])
  }

  @Test("A client too far behind is told so; from 0 it gets the newest word on every listed agent")
  func tooFarBehindIsRefused() async throws {
    let log = try log(kept: 1000)
    try await log.append([change("lasting"), change("gone")], at: .now())
    try await log.append([change("gone", .revoke)], at: .now())
    for round in 0..<3 { try await log.append((0..<500).map { change("busy-\($0)", print: round) }, at: .now()) }
    for since in [1, 3, 5, 500] {
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
    #expect(try await log.page(after: 2).deltas.isEmpty)
    for since in [3, Int.max] {
      await #expect(throws: QueryRefusal.self) { try await log.page(after: since) }
    }
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

  private func database() throws -> PlaneDatabase {
    try PlaneDatabase.open(
      path: "\(folder.path)/state.sqlite", applicationID: DeltaSchema.applicationID, migrations: DeltaSchema.migrations)
  }

  private func log(kept: Int = 100_000) throws -> DeltaLog { DeltaLog(database: try database(), kept: kept) }

  private func change(
    _ id: String, _ action: DeltaAction = .upsert, print: Int = 0, byteCount: Int = 10
  ) -> AgentChange {
    let key = AgentKey(.models, AgentID(checked: id))
    let json = Array("{\"id\":\"\(String(repeating: "x", count: byteCount))\"}".utf8)
    let told = ToldAgent(
      action: action, fingerprint: Digest(hashing: Array("\(print)".utf8)), basis: Digest(hashing: []))
    return AgentChange(key: key, document: AgentDocument(key: key, json: json), told: told)
  }
}
