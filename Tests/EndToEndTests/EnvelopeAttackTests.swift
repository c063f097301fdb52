import Attestations
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// What an honest envelope can be made into on the wire. Each is sent to a real plane by somebody who may send the honest one.
@Suite("Envelopes that are none, or prove nothing", .serialized, .runningPlanes)
struct EnvelopeAttackTests {
  let stage: Stage
  let bystanders: Bystanders
  let ci: PlaneCaller
  var planes: DaemonFixture { stage.planes }

  init() throws {
    stage = try Stage()
    bystanders = try Bystanders(stage)
    ci = try stage.caller("ci")
  }

  /// A message that would end what runs, if it were taken.
  private func undeployment() throws -> UnverifiedEnvelope {
    let body = ModelUndeploy(modelID: stage.steady.id, environment: EnvironmentName(checked: "staging"), reason: "no")
    return try OutgoingRequest(
      .modelUndeploy, body: body.fields, from: ci.name, to: ci.plane(behind: .deploy).id, signer: ci.key, now: .now()
    ).envelope
  }

  @Test("Bytes that are no envelope close the connection without an answer", arguments: BrokenEnvelope.allCases)
  func brokenEnvelope(_ broken: BrokenEnvelope) async throws {
    try await bystanders.areServed {
      let peer = try RawSocket(planes.home.socket(.deploy))
      peer.send(wire(try broken.made(of: undeployment)))
      #expect(try await peer.receivedBeforeClose().isEmpty)
    }
    try await stage.expectSteadyStillRuns()
  }

  @Test("An envelope in the other alphabet without padding is the same envelope")
  func otherAlphabet() async throws {
    let question = GateQuestion(modelID: stage.steady.id, environment: nil, scope: nil)
    let request = try OutgoingRequest(
      .modelAuthorize, body: ModelAuthorize(question: question).fields, from: ci.name,
      to: ci.plane(behind: .deploy).id, signer: ci.key, now: .now())
    let other = request.envelope.text { base64 in
      base64.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
    let reply = try await ci.exchange(Array(other.utf8), on: .deploy)
    #expect(throws: Never.self) { try request.result(of: reply, from: ci.plane(behind: .deploy)) }
  }

  @Test(
    "A message with a signature more, a second form of it, or another type is refused", arguments: BadMessage.allCases)
  func badMessage(_ bad: BadMessage) async throws {
    let honest = try undeployment()
    let answer = try await ci.answer(to: try bad.made(of: honest, stage), on: .deploy)
    #expect(answer.kind == MessageKind.errorKind)
    #expect(Refusal(body: answer.body).code == bad.code)
    try await stage.expectSteadyStillRuns()
  }

  @Test("One good signature among 15 bad ones is one approver's, and among 16 the envelope is none")
  func goodAmongBad() async throws {
    let model = try await planes.trained("crowded")
    let approval = planes.approval(of: model)
    let governance = try stage.caller("governance-plane")
    let signed = try UnverifiedEnvelope(attesting: approval, by: [try stage.caller("alice").key, governance.key])
    let bobs = try stage.caller("bob").key.publicKey
    for place in [0, 7, 14] {
      let crowd = signed.with(signatures: try BadSignatures.claiming(bobs, count: 14, around: signed, at: place))
      #expect(crowd.signatures.count == 16)
      try await publish(crowd, model, as: governance)
    }
    try await planes.servingSays("1 of 2", about: approval)
    let tooMany = signed.with(signatures: try BadSignatures.claiming(bobs, count: 15, around: signed, at: 8))
    try await expectRefused(.invalidRequest, saying: "1 to 16") { try await publish(tooMany, model, as: governance) }
    try await expectRefused(.invalidRequest, saying: "1 to 16") {
      try await publish(signed.with(signatures: []), model, as: governance)
    }
    try await expectRefused(.denied) { try await ci.deploy(model.id, weights: model.path) }
  }

  @Test("A signature with S+L, or one that a small-order key would verify, is no approver's")
  func secondForms() async throws {
    let model = try await planes.trained("malleable")
    let approval = planes.approval(of: model)
    let (governance, bob) = (try stage.caller("governance-plane"), try stage.caller("bob"))
    let payload = Statement.payload(of: approval)
    let encoding = PreAuthenticationEncoding(payloadType: PayloadType.statement.rawValue, payload: payload)
    let malleated = try #require(bob.key.sign(encoding).plusGroupOrder)
    let signed = try UnverifiedEnvelope(attesting: approval, by: [try stage.caller("alice").key, governance.key])
    for forged in [malleated.bytes, BadSignatures.ofSmallOrder] {
      let second = EnvelopeSignature(keyID: bob.key.publicKey.keyID, bytes: forged)
      try await publish(signed.adding(second), model, as: governance)
    }
    try await planes.servingSays("1 of 2", about: approval)
    try await expectRefused(.denied) { try await ci.deploy(model.id, weights: model.path) }
  }

  @Test("A message is no attestation and an attestation no message, whatever their type is changed to")
  func swappedTypes() async throws {
    let alice = try stage.caller("alice")
    let approval = planes.approval(of: stage.steady)
    let signed = try UnverifiedEnvelope(attesting: approval, by: [alice.key])
    for relabelled in [signed.with(type: .message), try undeployment().with(type: .statement)] {
      try await expectRefused(.invalidRequest) { _ = try await alice.propose(relabelled, as: approval) }
    }
    for frame in [signed, signed.with(type: .message)] {
      let answer = try await alice.answer(to: frame, on: .approve)
      #expect(Refusal(body: answer.body).code == .malformed)
    }
    try await expectRefused(.notFound) { _ = try await alice.approval(approval.approvalID) }
  }

  private func publish(_ approval: UnverifiedEnvelope, _ model: TrainedModel, as governance: PlaneCaller) async throws {
    let body = ApprovalPublication(approval: approval, trainingOutput: model.receipt.attestation)
    try await governance.ask(.approvalPublish, body, on: .control)
  }
}
