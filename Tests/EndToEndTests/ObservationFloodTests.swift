import Attestations
import Drift
import PlaneContract
import Signing
import TestSupport
import Testing
import Transport
import Wire

/// Far more observations than a plane takes, all of them signed and sound.
@Suite("A flood of observations", .serialized, .runningPlanes)
struct ObservationFloodTests {
  /// In KiB: far more than a plane takes on a quiet day.
  private static let muchMemory = 200 << 10
  private static let connections = 16
  private static let messages = LongTests.areAsked ? 10_000 : 1_600
  /// What a monitor may hear; anything else is a fault.
  private static let answers: Set<ErrorCode> = [.overloaded, .conflict]

  @Test("Memory is bounded, others are served, and what was answered with a receipt reaches governance")
  func flood() async throws {
    let stage = try Stage()
    let planes = stage.planes
    let watched = try await planes.watched("flooded")
    let start = try await planes.deploy(watched)
    var accepted: Set<Digest> = []
    try await Bystanders(stage).areServed {
      accepted = try await flood(watched, from: start, on: planes)
    }
    #expect(accepted.count > 1, "the first of a minute are taken")
    #expect(try ProcessResources(of: .serving, in: planes).peakKiB < Self.muchMemory)
    #expect(try ProcessResources(of: .governance, in: planes).peakKiB < Self.muchMemory)
    let checks = try await planes.checks(accepted.count, of: watched.id)
    #expect(Set(checks.map(\.observationDigest)) == accepted, "all of them, and nothing else")
    try await pollUntil("nothing waits at serving") {
      try await stage.caller("bridge").status(of: .serving).counters["outbox_pending"] == 0
    }
  }

  /// Each connection sends as fast as it is answered; returns the digests of what was taken.
  private func flood(_ watched: WatchedModel, from start: Timestamp, on planes: DaemonFixture) async throws
    -> Set<Digest>
  {
    try await withThrowingTaskGroup(of: Set<Digest>.self) { group in
      for connection in 0..<Self.connections {
        group.addTask {
          // Fewer than governance keeps, so that all that were taken are there to be counted; each begins where others end.
          let numbers = (0..<Self.messages / Self.connections).map { ($0 + connection) % 30 }
          return try await send(numbers.map { watched.window($0, from: start) }, on: planes)
        }
      }
      return try await group.reduce(into: []) { $0.formUnion($1) }
    }
  }

  private func send(_ windows: [Observation], on planes: DaemonFixture) async throws -> Set<Digest> {
    let monitor = try planes.home.caller("metrics")
    let serving = try monitor.plane(behind: .deploy)
    let connection = try await FrameClient().connect(path: planes.home.socket(.deploy))
    var taken: Set<Digest> = []
    for window in windows {
      let request = try OutgoingRequest(
        .modelObserve, body: ModelObserve(observation: window).fields, from: monitor.name, to: serving.id,
        signer: monitor.key, now: .now())
      let reply = try await connection.exchange(request.frame, timeout: monitor.timeout)
      do { taken.insert(try ObservationReceipt(request.result(of: reply, from: serving)).digest) } catch let
        refusal as Refusal
      {
        #expect(Self.answers.contains(refusal.code), "\(refusal)")
      }
    }
    await connection.close()
    return taken
  }
}
