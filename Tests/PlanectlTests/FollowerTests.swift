import Attestations
import PlaneContract
import Testing
import Wire

@testable import planectl

/// What a plane in the hands of a liar may do to whoever follows the others' events too.
@Suite struct FollowerTests {
  let test: TestHome

  init() throws { test = try TestHome() }

  /// A plane with a log of `count` entries.
  private func plane(_ role: Role, count: Int, lie: @escaping FakeLog.Lie = { $1 }) throws -> FakeLog {
    try FakeLog(role, in: test, PlayedLog(of: role, in: test, count: count), lie: lie)
  }

  /// The names of the events that are told before the follower ends, and why it does.
  private func follow(
    _ planes: [Role] = [.governance, .serving], from cursor: WatchCursor? = nil,
    _ handle: @escaping (WatchedEvent) throws -> Void = { _ in }
  ) async throws -> (told: [String], failure: Failure?) {
    let session = Session(test.home, root: test.root, identity: try test.identity("bridge"))
    var follower = Follower(
      session: session, planes: planes, cursor: try cursor ?? WatchCursor(path: nil), fromStart: true)
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
    let governance = try plane(.governance, count: 1) { _, answer in
      guard var entry = answer["entries"]?.array?.first?.object else { return answer }
      entry.append(member, "serving-plane")
      return answer.replacing("entries", [.object(entry)])
    }
    let serving = try plane(.serving, count: 1)
    let (told, failure) = try await follow()
    #expect(told == ["serving-plane 0"] && failure?.status == .unverified)
    withExtendedLifetime((governance, serving)) {}
  }

  @Test func aPlaneThatLiesDoesNotKeepBackTheOthersEvents() async throws {
    let governance = try plane(.governance, count: 8) { question, answer in
      guard case .entries = question, let entries = answer["entries"]?.array else { return answer }
      return answer.replacing("entries", .array(Array(entries.dropFirst(7))))
    }
    let serving = try plane(.serving, count: 2)
    let (told, failure) = try await follow()
    #expect(told == ["serving-plane 0", "serving-plane 1"] && failure?.status == .unverified)
    withExtendedLifetime((governance, serving)) {}
  }

  @Test func anEventThatCannotBeDealtWithDoesNotKeepBackTheOtherPlanes() async throws {
    let governance = try plane(.governance, count: 1)
    let serving = try plane(.serving, count: 1)
    let (told, failure) = try await follow { event in
      if event.plane == .governance { throw Failure.refused("the hook failed") }
    }
    #expect(told == ["serving-plane 0"] && failure?.message == "the hook failed")
    withExtendedLifetime((governance, serving)) {}
  }

  @Test func anEntryThatWasNotSignedForIsNotTold() async throws {
    var altered = try PlayedLog(of: .serving, in: test, count: 4)
    altered.alter(2, to: ["version": "another"])
    let serving = try FakeLog(.serving, in: test, altered)
    let (told, failure) = try await follow([.serving])
    #expect(told.isEmpty && failure?.status == .unverified)
    withExtendedLifetime(serving) {}
  }

  /// A cursor that has dealt with the first `count` entries of the log that governance had.
  private func cursor(after count: Int) async throws -> WatchCursor {
    let path = "\(test.scratch.path)/cursor"
    let governance = try plane(.governance, count: count)
    let session = Session(test.home, root: test.root, identity: try test.identity("bridge"))
    var follower = Follower(
      session: session, planes: [.governance], cursor: try WatchCursor(path: path), fromStart: true)
    await #expect(throws: Failure.self) {
      try await follower.follow { event in
        if event.index == count - 1 { throw Failure.refused("enough") }
      }
    }
    withExtendedLifetime(governance) {}
    return try WatchCursor(path: path)
  }

  @Test func aNextStartGoesOnWhereTheFirstWas() async throws {
    let known = try await cursor(after: 6)
    #expect(known.places[.governance]?.size == 5, "the event that was not dealt with is told again")
    let governance = try plane(.governance, count: 8)
    let (told, _) = try await follow([.governance], from: known) { event in
      if event.index == 7 { throw Failure.refused("enough") }
    }
    #expect(told == ["governance-plane 5", "governance-plane 6"])
    withExtendedLifetime(governance) {}
  }

  /// It is longer than what was read, so only its past tells.
  @Test func aLogThatWasRestoredAndHasGrownAgainIsNotGoneOnWith() async throws {
    let known = try await cursor(after: 6)
    let regrown = try FakeLog(
      .governance, in: test, PlayedLog(of: .governance, in: test, count: 18, event: "another"))
    let (told, failure) = try await follow([.governance], from: known)
    #expect(told.isEmpty && failure?.status == .unverified)
    #expect(failure?.message.contains("does not begin with the 5 entries that were read before") == true)
    withExtendedLifetime(regrown) {}
  }
}
