import Attestations
import PlaneContract
import Signing
import Synchronization
import Testing
import Wire

@testable import planectl

/// What a plane in the hands of a liar may do to whoever follows the others' events too.
@Suite struct FollowerTests {
  let test: TestHome

  init() throws { test = try TestHome() }

  private static func entry(_ index: Int, _ more: (String, JSONValue)...) -> JSONObject {
    var entry: JSONObject = [
      "v": 1, "index": .init(index), "time": "2026-01-02T03:04:05+00:00", "event": "plane_started", "data": [:],
      "attestation_digest": .null,
    ]
    for (key, value) in more { entry.append(key, value) }
    return entry
  }

  /// A plane whose evidence holds `entries`.
  private func plane(_ name: Role, on socket: SocketName, _ entries: [JSONObject]) throws -> FakePlane {
    let key = try KeyFile.loadSecret(path: "\(test.home.folder(of: name))/plane.pem")
    let answer: FakePlane.Answer = { request in
      let from = request.claimed.body["from"]?.int ?? 0
      let body = LedgerEntries(entries: Array(entries.dropFirst(from)), next: entries.count, size: entries.count)
      return try FakePlane.reply(to: request, body: body.fields, signedBy: key)
    }
    return try FakePlane(socket: test.home.socket(socket), answers: Array(repeating: answer, count: 20))
  }

  /// The names of the events that are told before the follower ends, and why it does.
  private func follow(
    _ handle: @escaping (WatchedEvent) throws -> Void = { _ in }
  ) async throws -> (told: [String], failure: Failure?) {
    let session = Session(test.home, root: test.root, identity: try test.identity("bridge"))
    var follower = Follower(
      session: session, planes: [.governance, .serving], cursor: try WatchCursor(path: nil), fromStart: true)
    var told: [String] = []
    let failure = await #expect(throws: Failure.self) {
      try await follower.follow { event in
        try handle(event)
        told.append("\(event.plane.planeName) \(event.index)")
      }
    }
    return (told, failure)
  }

  @Test(arguments: ["plane", "id"]) func anEntryCannotPassForAnotherPlanes(member: String) async throws {
    let lie = Self.entry(0, (member, "serving-plane"))
    let governance = try plane(.governance, on: .governanceRead, [lie])
    let serving = try plane(.serving, on: .servingRead, [])
    let (told, failure) = try await follow()
    #expect(told.isEmpty && failure?.status == .unverified)
    #expect(failure?.message.contains("holds \(member), which no entry has") == true)
    withExtendedLifetime((governance, serving)) {}
  }

  @Test func aPlaneThatLiesDoesNotKeepBackTheOthersEvents() async throws {
    let governance = try plane(.governance, on: .governanceRead, [Self.entry(7)])
    let serving = try plane(.serving, on: .servingRead, [Self.entry(0), Self.entry(1)])
    let (told, failure) = try await follow()
    #expect(told == ["serving-plane 0", "serving-plane 1"] && failure?.status == .unverified)
    withExtendedLifetime((governance, serving)) {}
  }

  @Test func anEventThatCannotBeDealtWithDoesNotKeepBackTheOtherPlanes() async throws {
    let governance = try plane(.governance, on: .governanceRead, [Self.entry(0)])
    let serving = try plane(.serving, on: .servingRead, [Self.entry(0)])
    let (told, failure) = try await follow { event in
      if event.plane == .governance { throw Failure.refused("the hook failed") }
    }
    #expect(told == ["serving-plane 0"] && failure?.message == "the hook failed")
    withExtendedLifetime((governance, serving)) {}
  }
}
