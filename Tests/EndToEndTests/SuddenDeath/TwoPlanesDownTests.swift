import Attestations
import PlaneContract
import TestSupport
import Testing

/// Whatever two planes are down, the third answers what it can answer rightly, and says no more than that.
@Suite("Two planes down at once", .serialized, .runningPlanes)
struct TwoPlanesDownTests {
  let stage: Stage
  var planes: DaemonFixture { stage.planes }

  init() throws { stage = try Stage() }

  @Test("Training alone takes submissions, and hands them on when the others are back")
  func trainingAlone() async throws {
    try await planes.kill(.governance, .serving)
    let journey = try Journey("early", on: planes)
    try await journey.take(.submit)
    try await expectDown(.governance, .serving)
    try await planes.startAll()
    try await complete(journey)
  }

  @Test("Governance alone takes proposals, signatures and revocations, and serving learns of all of them")
  func governanceAlone() async throws {
    let (journey, doomed) = (try Journey("patient", on: planes), try Journey("doomed", on: planes))
    try await journey.travel([.submit])
    try await doomed.travel(Step.path)
    try await planes.kill(.training, .serving)
    try await journey.take(.propose)
    try await journey.take(.sign)
    try await doomed.take(.revoke)
    try await expectDown(.training, .serving)
    try await planes.startAll()
    try await doomed.expectItIsDead()
    try await complete(journey)
  }

  @Test("Serving alone allows what runs, deploys what is approved and takes revocations, and governance learns of them")
  func servingAlone() async throws {
    let (journey, doomed) = (try Journey("approved", on: planes), try Journey("condemned", on: planes))
    try await journey.travel(Step.deploy.before)
    try await doomed.travel(Step.path)
    try await planes.kill(.training, .governance)
    try await stage.expectSteadyStillRuns()
    try await journey.take(.deploy)
    try await doomed.take(.revokeAtServing)
    #expect(try planes.home.served(doomed.model.text) == nil)
    try await expectDown(.training, .governance)
    try await planes.startAll()
    try await doomed.expectItIsDead()
    try await complete(journey)
  }

  /// `planectl status` names exactly these as unreachable, and exits with 3; what needs one of them exits with 3 too.
  private func expectDown(_ down: Role...) async throws {
    let planectl = Planectl(planes.home)
    let status = try await planectl.run("status")
    #expect(status.code == 3, "\(status)")
    for plane in PlanesHome.planes {
      let line = status.output.split(separator: "\n").first { $0.hasPrefix(plane.planeName) } ?? ""
      #expect(line.contains("unreachable") == down.contains(plane), "\(status)")
    }
    let answers: [Role: (code: CInt, output: String)] = [
      .governance: try await planectl.run("pending", "--as", "alice"),
      .serving: try await planectl.run("authorize", "steady", "-e", "staging", "--as", "ci"),
    ]
    for (plane, answer) in answers {
      #expect(answer.code == (down.contains(plane) ? 3 : 0), "\(answer)")
      #expect(answer.output.contains("cannot reach \(plane.planeName)") == down.contains(plane), "\(answer)")
    }
  }

  private func complete(_ journey: Journey) async throws {
    try await journey.travel(Step.path)
    try await journey.expectItRuns()
    try await stage.expectSteadyStillRuns()
  }
}
