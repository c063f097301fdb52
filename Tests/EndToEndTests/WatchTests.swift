import Attestations
import Foundation
import Glibc
import PlaneContract
import TestSupport
import Testing
import Wire

/// `planectl watch` against real planes: what is told is the evidence, each entry once and in order, whoever was down meanwhile.
@Suite("Following events", .serialized, .runningPlanes)
struct WatchTests {
  let stage: Stage
  let scratch: TemporaryDirectory
  var planes: DaemonFixture { stage.planes }

  init() throws {
    stage = try Stage()
    scratch = try TemporaryDirectory()
  }

  private func watch(_ words: String...) throws -> ChildProcess {
    try ChildProcess(
      BuiltPrograms.path("planectl"),
      ["watch", "--json", "--as", "bridge", "--cursor", "\(scratch.path)/cursor", "--home", planes.home.path] + words,
      log: "\(scratch.path)/log")
  }

  /// The events that were printed, as (plane, index, event).
  private func told() throws -> [(plane: String, index: Int, event: String)] {
    let text = (try? String(contentsOfFile: "\(scratch.path)/log", encoding: .utf8)) ?? ""
    return try text.split(separator: "\n").filter { $0.hasPrefix(#"{"plane""#) }.map { line in
      let object = try #require(StrictJSON.parse(Array(line.utf8)).object)
      return (
        try #require(object["plane"]?.string), try #require(object["index"]?.int), try #require(object["event"]?.string)
      )
    }
  }

  /// How many entries of each plane were dealt with.
  private func cursor() throws -> [String: Int] {
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: "\(scratch.path)/cursor")))
    let places = try #require(StrictJSON.parse(bytes).object).members
    return Dictionary(uniqueKeysWithValues: places.map { ($0.key, $0.value.object?["size"]?.int ?? 0) })
  }

  private func waitFor(_ event: String, atLeast count: Int) async throws {
    try await pollUntil("\(count) of \(event)") { try told().filter { $0.event == event }.count >= count }
  }

  /// No entry of a plane is missing between the first and the last, and none is there twice.
  private func expectEachOnceAndInOrder() throws {
    for (plane, events) in Dictionary(grouping: try told(), by: \.plane) {
      let indices = events.map(\.index)
      #expect(indices == Array((indices.first ?? 0)..<(indices.last ?? -1) + 1), "\(plane)")
    }
  }

  @Test("Nothing is lost or doubled while the follower and the planes are killed and started")
  func restarts() async throws {
    var follower = try watch("--from-start")
    try await waitFor("plane_started", atLeast: 3)
    let before = try told().filter { $0.event == "training_completed" }.count
    _ = try await planes.trained("watched-one")
    try await waitFor("training_completed", atLeast: before + 1)
    // What was told is in the cursor once the next question has been asked; killed between the two, it would be told again.
    try await pollUntil("the cursor") {
      let ends = Dictionary(try told().map { ($0.plane, $0.index + 1) }) { max($0, $1) }
      return try cursor() == ends
    }
    follower.send(SIGKILL)
    try await follower.end()
    try await planes.kill(.training, .governance)
    try await planes.startAll()
    _ = try await planes.trained("watched-two")
    follower = try watch("--from-start")
    _ = try await planes.trained("watched-three")
    try await waitFor("training_completed", atLeast: before + 3)
    try await planes.kill(.serving)
    try await planes.startAll()
    try await pollUntil("serving's new start") {
      try told().last { $0.plane == "serving-plane" }?.event == "plane_started"
    }
    follower.send(SIGTERM)
    try await follower.end()
    try expectEachOnceAndInOrder()
  }

  @Test("A hook that fails ends the follower, and the next start goes on with the very event")
  func failingHook() async throws {
    let hook = "\(scratch.path)/hook"
    let had = "\(scratch.path)/had"
    try "#!/bin/sh\ntest -e \(scratch.path)/mended || exit 1\ncat >> \(had)\n".write(
      toFile: hook, atomically: true, encoding: .utf8)
    chmod(hook, 0o755)
    let failing = try watch("--from-start", "--plane", "training-plane", "--exec", hook)
    #expect(try await failing.end() == 4)
    #expect(try told().isEmpty, "an event that was not dealt with is not told as if it were")

    try "".write(toFile: "\(scratch.path)/mended", atomically: true, encoding: .utf8)
    let mended = try watch("--from-start", "--plane", "training-plane", "--exec", hook)
    try await pollUntil("the first event") { try told().first?.index == 0 }
    mended.send(SIGTERM)
    try await mended.end()
    let handled = try String(contentsOfFile: had, encoding: .utf8).split(separator: "\n")
    #expect(handled.first?.contains(#""index":0,"#) == true)
  }

  @Test("A log that is shorter than what was read of it is not followed as if nothing had happened")
  func shorterLog() async throws {
    try #"{"training-plane":1000000}"#.write(toFile: "\(scratch.path)/cursor", atomically: true, encoding: .utf8)
    let follower = try watch("--plane", "training-plane")
    #expect(try await follower.end() == 5)
    #expect(try String(contentsOfFile: "\(scratch.path)/log", encoding: .utf8).contains("restored or rewritten"))
  }
}
