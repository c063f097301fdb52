import Attestations
import MerkleLog
import PlaneContract
import TestSupport
import Testing
import Wire

@testable import TrainingPlane

/// A submitter's message that somebody recorded and sends again, to a plane that was restarted or whose clock was stepped.
@Suite struct ReplayAttackTests {
  let house: TestHouse
  let directory: TemporaryDirectory
  let recorded: OutgoingRequest

  init() throws {
    house = try TestHouse()
    directory = try TemporaryDirectory()
    recorded = try Self.submission("run-1", in: house, at: TestHouse.epoch)
  }

  private static func submission(_ run: String, in house: TestHouse, at time: Timestamp) throws -> OutgoingRequest {
    try OutgoingRequest(
      .trainingComplete, body: TrainingComplete(result: TestHouse.result(run: run)).fields,
      from: house.principal("trainer").id, to: house.principal("training-plane").id, signer: house.key("trainer"),
      now: time)
  }

  /// Runs `body` on the plane as a new process finds it, with the clock at `seconds` past the recorded message.
  private func plane(at seconds: Int, _ body: (TestPlane) async throws -> Void) async throws {
    let clock = SteppedClock(TestHouse.epoch.adding(seconds: seconds))
    let plane = try await TestPlane(TrainingPlane.self, in: house, directory: directory, clock: clock) {
      TrainingPlane(context: $0).routes
    }
    try await body(plane)
    try plane.context.database.close()
  }

  /// Sends `request`, and expects this refusal; none when nil.
  private func expect(
    _ code: ErrorCode?, of request: OutgoingRequest, by plane: TestPlane, _ location: SourceLocation = #_sourceLocation
  ) async throws {
    let reply = try await plane.exchange(request.frame, on: .submit)
    let refusal = try await refusal { _ = try request.result(of: reply, from: plane.context.principal) }
    #expect(refusal?.code == code, sourceLocation: location)
  }

  @Test func acrossARestart() async throws {
    try await plane(at: 0) { try await expect(nil, of: recorded, by: $0) }
    try await plane(at: 5) { try await expect(.replayed, of: recorded, by: $0) }
  }

  /// By the stepped clock the message is live again, and its id was forgotten when the clock was ahead.
  @Test func acrossAClockThatWasAheadAndIsSetBack() async throws {
    try await plane(at: 0) { try await expect(nil, of: recorded, by: $0) }
    try await plane(at: 3600) { plane in
      let later = try Self.submission("run-2", in: house, at: plane.clock.now())
      try await expect(nil, of: later, by: plane)
      plane.clock.step(seconds: -3600)
      try await expect(.expiredMessage, of: recorded, by: plane)
    }
    try await plane(at: 5) { plane in
      try await expect(.expiredMessage, of: recorded, by: plane)
      let taken = try await plane.evidence(.trainingCompleted).count
      #expect(taken == 2)
    }
  }

  @Test func acrossAClockThatIsSetBackAtOnce() async throws {
    try await plane(at: 0) { plane in
      try await expect(nil, of: recorded, by: plane)
      plane.clock.step(seconds: -25)
      try await expect(.replayed, of: recorded, by: plane)
    }
    try await plane(at: -25) { try await expect(.replayed, of: recorded, by: $0) }
  }
}
