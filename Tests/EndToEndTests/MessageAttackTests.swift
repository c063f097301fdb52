import Attestations
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@Suite("Messages that are not what they claim", .serialized, .runningPlanes)
struct MessageAttackTests {
  let stage: Stage
  var planes: DaemonFixture { stage.planes }

  init() throws { stage = try Stage() }

  /// Who sends what where; none of it is in the permission table.
  static let forbidden: [(sender: String, kind: MessageKind, socket: SocketName)] = [
    ("ci", .modelRevoke, .approve), ("ci", .modelRevoke, .revoke), ("ci", .approvalPropose, .approve),
    ("trainer", .approvalSign, .approve), ("trainer", .modelDeploy, .deploy),
    ("trainer", .modelAuthorize, .servingRead),
    ("alice", .modelDeploy, .deploy), ("alice", .trainingComplete, .submit), ("alice", .trainingPublish, .ingest),
    ("alice", .approvalPublish, .control), ("bridge", .modelUndeploy, .deploy), ("metrics", .approvalReject, .approve),
    ("governance-plane", .modelDeploy, .deploy), ("governance-plane", .approvalSign, .approve),
    ("governance-plane", .modelRevoke, .revoke), ("training-plane", .approvalPublish, .control),
    ("serving-plane", .revocationPublish, .control), ("ci", .modelDeploy, .servingRead),
    ("governance-plane", .approvalPublish, .deploy), ("alice", .modelRevoke, .deploy),
    ("trainer", .trainingComplete, .approve), ("training-plane", .trainingPublish, .approve),
    ("alice", .approvalSign, .governanceRead), ("alice", .approvalList, .ingest),
  ]

  @Test("The wrong role, or the right role on the wrong socket, is forbidden", arguments: forbidden.indices)
  func wrongRoleOrSocket(_ index: Int) async throws {
    let (sender, kind, socket) = Self.forbidden[index]
    let caller = try stage.caller(sender)
    try await expectRefused(.forbidden) { try await caller.ask(kind, [:], on: socket) }
  }

  @Test("A stolen name does not help without its key")
  func stolenName() async throws {
    let (ci, trainer) = (try stage.caller("ci"), try stage.caller("trainer"))
    let thief = PlaneCaller(name: ci.name, key: trainer.key, home: planes.home)
    try await expectRefused(.unauthenticated, saying: "not ci's") { try await thief.undeploy(stage.steady.id) }
    let stranger = PlaneCaller(name: ci.name, key: try SecretKey.generate(), home: planes.home)
    try await expectRefused(.unauthenticated) { try await stranger.undeploy(stage.steady.id) }
    let nobody = PlaneCaller(name: PrincipalID(checked: "mallory"), key: ci.key, home: planes.home)
    try await expectRefused(.unauthenticated) { try await nobody.undeploy(stage.steady.id) }
    try await stage.expectSteadyStillRuns()
  }

  @Test("Another plane's message is not this plane's, though the sender may say it to both")
  func anotherPlanesMessage() async throws {
    let alice = try stage.caller("alice")
    let revocation = planes.revocation(of: planes.approval(of: stage.steady))
    let body = Revocation(revocation: try UnverifiedEnvelope(attesting: revocation, by: [alice.key])).fields
    let forGovernance = try message(.modelRevoke, body, from: alice, to: "governance-plane")
    try await expectRefused(.forbidden, saying: "for governance-plane") {
      try await send(forGovernance, .revoke, alice)
    }
    try await stage.expectSteadyStillRuns()
  }

  @Test("A message out of its time is expired, and the plane tells its own time")
  func expired() async throws {
    let ci = try stage.caller("ci")
    for age in [-600, 600] {
      let late = try undeploySteady(ci, issuedAt: Timestamp.now().adding(seconds: age))
      let refusal = try await expectRefused(.expiredMessage) { try await send(late, .deploy, ci) }
      let told = try #require(refusal.now)
      #expect(abs(Timestamp.now().seconds(since: told)) < 30)
    }
    let eternal = try undeploySteady(ci, issuedAt: .now(), lifetime: 86_400)
    try await expectRefused(.invalidRequest, saying: "lives at most") { try await send(eternal, .deploy, ci) }
    let backwards = try undeploySteady(ci, issuedAt: .now(), lifetime: -1)
    try await expectRefused(.invalidRequest) { try await send(backwards, .deploy, ci) }
    try await stage.expectSteadyStillRuns()
  }

  @Test("A replayed query or change is refused, a change even by a plane that was killed meanwhile")
  func replayed() async throws {
    let ci = try stage.caller("ci")
    let query = try message(.deploymentList, [:], from: ci, to: "serving-plane")
    try await send(query, .servingRead, ci)
    try await expectRefused(.replayed) { try await send(query, .servingRead, ci) }

    let model = try await planes.deployed("replayed")
    let undeploy = try message(
      .modelUndeploy, ModelUndeploy(modelID: model.id, environment: EnvironmentName(checked: "staging")).fields,
      from: ci, to: "serving-plane")
    try await send(undeploy, .deploy, ci)
    try await expectRefused(.replayed) { try await send(undeploy, .deploy, ci) }

    try await planes.kill(.serving)
    try await planes.start(.serving)
    try await ci.deploy(model.id)
    try await expectRefused(.replayed) { try await send(undeploy, .deploy, ci) }
    #expect(try planes.home.served("replayed") == model.served)
  }

  @Test(
    "A sender's or a plane's name in other case, or in letters that look the same, is nobody's",
    arguments: [
      ("from", "CI"), ("from", "Ci"), ("from", "с\u{456}"), ("from", "ci\u{200b}"), ("from", "ci "),
      ("from", "\u{ff43}i"),
      ("to", "Serving-Plane"), ("to", "s\u{435}rving-plane"),
    ])
  func almostTheName(_ field: String, _ name: String) async throws {
    let ci = try stage.caller("ci")
    let honest = ["from": "ci", "to": "serving-plane"][field] ?? ""
    let body = ModelUndeploy(modelID: stage.steady.id, environment: EnvironmentName(checked: "staging"))
    let answer = try await ci.answer(to: ci.request(.modelUndeploy, body.fields, to: .deploy), on: .deploy) {
      $0.replacing("\"\(field)\":\"\(honest)\"", with: "\"\(field)\":\"\(name)\"")
    }
    #expect(Refusal(body: answer.body).code == .malformed)
    try await stage.expectSteadyStillRuns()
  }

  @Test("A plane's reply to another request, to another caller or from another plane is not taken for the answer")
  func splicedReplies() async throws {
    let (ci, bridge) = (try stage.caller("ci"), try stage.caller("bridge"))
    let asked: [(PlaneCaller, SocketName)] = [
      (ci, .servingRead), (ci, .servingRead), (bridge, .servingRead), (bridge, .governanceRead),
    ]
    var exchanges: [(request: OutgoingRequest, plane: Principal, reply: [UInt8])] = []
    for (caller, socket) in asked {
      let request = try caller.request(.planeStatus, [:], to: socket)
      let reply = try await caller.exchange(request.frame, on: socket)
      exchanges.append((request, try caller.plane(behind: socket), reply))
    }
    for (index, exchange) in exchanges.enumerated() {
      for (other, spliced) in exchanges.enumerated() where other != index {
        #expect(throws: ReplyError.self) { try exchange.request.result(of: spliced.reply, from: exchange.plane) }
      }
      #expect(throws: Never.self) { try exchange.request.result(of: exchange.reply, from: exchange.plane) }
    }
  }

  @Test(
    "A frame of 0 or 4 GiB closes the connection without an answer, on every socket", arguments: SocketName.allCases)
  func absurdFrames(_ socket: SocketName) async throws {
    for length: [UInt8] in [[0, 0, 0, 0], [255, 255, 255, 255], [0, 16, 0, 1]] {
      let peer = try RawSocket(planes.home.socket(socket))
      peer.send(length)
      #expect(try await peer.receivedBeforeClose().isEmpty)
    }
    let plane = try stage.caller("bridge")
    #expect(try await plane.status(of: socket.plane).plane.text == socket.plane.planeName)
  }

  @Test(
    "A frame that is no envelope closes the connection",
    arguments: ["", "null", "{}", "[1,]", "\u{feff}{}", "GET / HTTP/1.1"])
  func notAnEnvelope(_ text: String) async throws {
    let peer = try RawSocket(planes.home.socket(.deploy))
    let body = Array("x\(text)".utf8.dropFirst())
    peer.send([0, 0, 0, UInt8(body.count)] + body)
    #expect(try await peer.receivedBeforeClose().isEmpty)
    try await stage.expectSteadyStillRuns()
  }

  private func undeploySteady(
    _ ci: PlaneCaller, issuedAt: Timestamp, lifetime: Int = 30
  ) throws -> UnverifiedEnvelope {
    let body = ModelUndeploy(modelID: stage.steady.id, environment: EnvironmentName(checked: "staging"))
    return try message(
      .modelUndeploy, body.fields, from: ci, to: "serving-plane", issuedAt: issuedAt, lifetime: lifetime)
  }

  private func message(
    _ kind: MessageKind, _ body: JSONObject, from caller: PlaneCaller, to plane: String, issuedAt: Timestamp = .now(),
    lifetime: Int = 30
  ) throws -> UnverifiedEnvelope {
    try MessageHeader(
      id: .random(), kind: kind.rawValue, from: caller.name, to: PrincipalID(checked: plane), issuedAt: issuedAt,
      expiresAt: issuedAt.adding(seconds: lifetime)
    ).signed(carrying: body, by: caller.key)
  }

  /// Sends a message as it is; throws the plane's refusal.
  private func send(_ message: UnverifiedEnvelope, _ socket: SocketName, _ caller: PlaneCaller) async throws {
    let answer = try await caller.answer(to: message, on: socket)
    #expect(answer.header.requestDigest == message.payloadDigest)
    if answer.kind == MessageKind.errorKind { throw Refusal(body: answer.body) }
  }
}
