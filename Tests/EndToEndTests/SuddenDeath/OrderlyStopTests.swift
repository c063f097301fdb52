import Attestations
import Glibc
import PlaneContract
import TestSupport
import Testing
import Transport

/// SIGTERM: what was accepted is finished and answered, nobody new is let in, and the exit code is 0.
@Suite("An orderly stop", .serialized, .runningPlanes)
struct OrderlyStopTests {
  private static let largeWeights = 96 << 20

  let stage: Stage
  var planes: DaemonFixture { stage.planes }

  init() throws { stage = try Stage() }

  @Test(
    "Nothing takes effect without its reply when SIGTERM comes between requests",
    arguments: [Step.submit, .propose, .sign, .deploy, .revoke, .revokeAtServing])
  func noReplyIsLost(_ step: Step) async throws {
    for (round, moment) in [KillMoment.replies(1), .commits(1, .zero)].enumerated() {
      let journeys = try (0..<6).map { try Journey("stopped-\(step.rawValue)-\(round)/\($0)", on: planes) }
      try await Volley.each(journeys) { try await $0.travel(step.before) }
      let volley = Volley(step: step, victim: step.plane, moment: moment, signal: SIGTERM)
      let outcomes = try await volley.strike(journeys, on: planes)
      #expect(try await planes.ended(step.plane) == 0)
      let record = try DatabaseCopy(of: step.plane, in: planes.home)
      for journey in journeys {
        let isOnRecord = try await journey.effect(of: step, in: record) != nil
        let wasAnswered = await journey.receipts[step] != nil
        #expect(isOnRecord == wasAnswered, "\(step.rawValue) of \(journey.model), \(moment)")
      }
      #expect(outcomes.count == journeys.count)
      try await planes.start(step.plane)
      try await Volley.each(journeys) { try await $0.travel([step]) }
    }
    try await stage.expectSteadyStillRuns()
  }

  @Test("A deploy that is hashing a large file is finished and answered; nobody new is let in meanwhile")
  func largeDeploy() async throws {
    let journey = try Journey("large", byteCount: Self.largeWeights, on: planes)
    try await journey.travel(Step.deploy.before)
    let volley = Volley(step: .deploy, victim: .serving, moment: .copied(1 << 20), signal: SIGTERM)
    async let outcomes = volley.strike([journey], on: planes)
    let socket = planes.home.socket(.servingRead)
    try await pollUntil("serving lets nobody in any more") { await isClosed(socket) }
    #expect(try await outcomes.map(\.isLost) == [false])
    #expect(await journey.receipts[.deploy] != nil, "the promotion came after the doors were closed")
    #expect(try await planes.ended(.serving) == 0)
    try await planes.start(.serving)
    try await journey.travel([.deploy])
    try await journey.expectItRuns()
  }

  private func isClosed(_ socket: String) async -> Bool {
    guard let connection = try? await FrameClient().connect(path: socket) else { return true }
    await connection.close()
    return false
  }
}
