import Attestations
import Foundation
import Glibc
import PlaneContract
import TestSupport
import Testing
import Transport
import Wire

/// The serving plane is killed at each step of a deploy in turn. Afterwards the endpoint serves what is on record, and nothing else.
@Suite("Killed at each step of a deploy", .serialized, .runningPlanes)
struct KilledDeployTests {
  let stage: Stage
  let endpoint: StruckEndpoint
  var planes: DaemonFixture { stage.planes }

  init() throws {
    stage = try Stage()
    endpoint = StruckEndpoint(stage.planes)
  }

  @Test("What ran before runs again, or what was answered runs", arguments: DeployStep.allCases)
  func killed(at step: DeployStep) async throws {
    let server = SocketServer()
    try server.bind(
      name: "endpoint", target: .path(endpoint.socket, mode: 0o600), handler: endpoint)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run() }
      try await reconfigured { try await deployAndKill(at: step) }
      server.shutdown()
      try await group.waitForAll()
    }
  }

  private func deployAndKill(at step: DeployStep) async throws {
    let (ci, name) = (try stage.caller("ci"), "killed-\(step.rawValue)")
    let first = try await approved(name, version: 1)
    try await ci.deploy(first.id, to: "production", weights: first.path)
    let second = try await approved(name, version: 2, byteCount: step == .copying ? 64 << 20 : 4096)
    endpoint.strike(at: step)
    try await die(at: step, second)
    try await planes.kill(.serving)
    try await planes.start(.serving)
    let expected = step == .answered ? second : first
    try await expectRuns(expected, step)
    #expect(try planes.home.unfinishedCopies() == [])
    // Everything goes on: the same deploy again.
    try await ci.deploy(second.id, to: "production", weights: second.path)
    try await expectRuns(second, step)
    try await ci.undeploy(second.id, from: "production")
    #expect(endpoint.served(name) == nil)
    try await stage.expectSteadyStillRuns()
  }

  /// Asks for the deploy, which the plane does not outlive; `undoing`: nor the start after it.
  private func die(at step: DeployStep, _ model: TrainedModel) async throws {
    let ci = try stage.caller("ci")
    let replies = ReplyCounter(of: 1)
    async let struck: Void = strikeWhileCopying(at: step, replies)
    let isAnswered = (try? await ci.deploy(model.id, to: "production", weights: model.path)) != nil
    replies.add()
    try await struck
    #expect(isAnswered == (step == .answered))
    guard step == .undoing else { return }
    try await planes.kill(.serving)
    try planes.launch(.serving)
    _ = try await planes.ended(.serving)
  }

  private func strikeWhileCopying(at step: DeployStep, _ replies: ReplyCounter) async throws {
    guard step == .copying else { return }
    try await Killer(planes: planes, victim: .serving, moment: .copied(1), replies: replies)
      .strike()
  }

  private func expectRuns(_ model: TrainedModel, _ step: DeployStep) async throws {
    let ci = try stage.caller("ci")
    try await pollUntil(
      "the endpoint serves what is on record after \(step.rawValue)\n\(planes.logs)"
    ) {
      let rows = try await ci.deployments(
        DeploymentList(environment: EnvironmentName(checked: "production"), modelID: model.id))
      return rows.map(\.weightsHash) == [model.weightsHash]
        && endpoint.served(model.id.text) == "\(model.weightsHash)"
    }
    #expect(try await ci.authorize(model.id, in: "production").passed)
  }

  private func approved(_ name: String, version: Int, byteCount: Int = 4096) async throws
    -> TrainedModel
  {
    let (result, weights, path) = try planes.job(name, version: version, byteCount: byteCount)
    let receipt = try await stage.caller("trainer").submit(result)
    try await planes.governanceHolds(receipt.digest)
    let model = TrainedModel(result: result, weights: weights, path: path, receipt: receipt)
    try await planes.approved(planes.approval(of: model))
    return model
  }

  /// Runs `body` while production is served through the endpoint.
  private func reconfigured(_ body: () async throws -> Void) async throws {
    let config = URL(fileURLWithPath: planes.home.config(of: .serving))
    let text = try String(contentsOf: config, encoding: .utf8)
    try "\(text)\nendpoints: {production: {socket: \(endpoint.socket)}}\n".write(
      to: config, atomically: false, encoding: .utf8)
    try await planes.kill(.serving)
    try await planes.start(.serving)
    try await body()
    try text.write(to: config, atomically: false, encoding: .utf8)
    try await planes.kill(.serving)
    try await planes.start(.serving)
  }
}
