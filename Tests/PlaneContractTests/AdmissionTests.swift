import Attestations
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@Suite struct AdmissionTests {
  let gate: Gatehouse

  init() throws { gate = try Gatehouse() }

  @Test func anHonestRequestIsAdmitted() throws {
    let question = gate.question()
    let request = try gate.admit(gate.frame(question), on: .servingRead)
    #expect(request.kind == .modelAuthorize)
    #expect(request.sender.id.text == "ci")
    #expect(request.message.id == question.id)
    #expect(try request.verified.digest == Digest(hashing: question.tree().serialized()))
    #expect(request.receivedAt == Gatehouse.now)
  }

  @Test(arguments: ["", "{}", "hello", "[]", #"{"payload":"","payloadType":"t","signatures":[]}"#, "{\"a\":1,\"a\":2}"])
  func aFrameThatIsNoEnvelopeIsNotAnswered(text: String) {
    let failure = #expect(throws: AdmissionFailure.self) { try gate.admit(Array(text.utf8), on: .servingRead) }
    #expect(failure?.refusal == nil)
  }

  @Test func aPayloadOverItsBoundIsNotAnswered() throws {
    let padding = JSONValue.string(String(repeating: "x", count: Message.maximumPayload))
    let message = gate.message("model.authorize", from: "ci", to: "serving-plane", body: ["model_id": padding])
    let failure = #expect(throws: AdmissionFailure.self) { try gate.admit(gate.frame(message), on: .servingRead) }
    #expect(failure?.refusal == nil)
  }

  @Test func aMessageWithAnUnknownFieldIsMalformed() throws {
    var object = try gate.question().tree().object ?? [:]
    object.append("admin", true)
    let envelope = try UnverifiedEnvelope(signing: object.serialized(), as: .message, by: [gate.house.key("ci")])
    try expectRefusal(.malformed, saying: "message.admin", envelope.serialized)
  }

  @Test func aMessageWithTwoSignaturesIsMalformed() throws {
    let envelope = try gate.question().signed(by: gate.house.key("ci"))
    let two = try envelope.adding(gate.question().signed(by: gate.house.key("alice")).signatures[0])
    try expectRefusal(.malformed, saying: "exactly one signature", two.serialized)
  }

  @Test func anAttestationIsNoMessage() throws {
    let payload = try gate.question().tree().serialized()
    let statement = try UnverifiedEnvelope(signing: payload, as: .statement, by: [gate.house.key("ci")])
    try expectRefusal(.malformed, saying: "payloadType", statement.serialized)
    let relabelled = UnverifiedEnvelope(
      payloadType: PayloadType.message.rawValue, payload: payload, signatures: statement.signatures)
    try expectRefusal(.unauthenticated, saying: "not ci's", relabelled.serialized)
  }

  @Test(arguments: ["alice", "serving-plane", "bridge"]) func aStolenNameIsRefused(thief: String) throws {
    try expectRefusal(.unauthenticated, saying: "not ci's", gate.frame(gate.question(), signedBy: thief))
  }

  @Test func aStrangerIsRefused() throws {
    let question = gate.message("plane.status", from: "mallory", to: "serving-plane")
    let frame = try question.signed(by: SecretKey.generate()).serialized
    try expectRefusal(.unauthenticated, saying: "not mallory's", frame)
  }

  @Test func aPayloadChangedAfterSigningIsRefused() throws {
    let honest = try gate.question().signed(by: gate.house.key("ci"))
    let altered = String(decoding: honest.payload, as: UTF8.self).replacing("\"m\"", with: "\"n\"")
    let forged = UnverifiedEnvelope(
      payloadType: honest.payloadType, payload: Array(altered.utf8), signatures: honest.signatures)
    try expectRefusal(.unauthenticated, saying: "not ci's", forged.serialized)
  }

  @Test func anotherPlanesMessageIsRefused() throws {
    let elsewhere = gate.message("model.authorize", from: "ci", to: "governance-plane")
    try expectRefusal(.forbidden, saying: "is for governance-plane", gate.frame(elsewhere))
  }

  @Test(arguments: ["model.authorise", "MODEL.AUTHORIZE", "model.authorize.result", "error", "", "model.authorize "])
  func anUnknownKindIsUnsupported(kind: String) throws {
    let message = gate.message(kind, from: "ci", to: "serving-plane")
    try expectRefusal(.unsupported, saying: "no message kind", gate.frame(message))
  }

  @Test func theWrongSocketIsRefused() throws {
    try expectRefusal(.forbidden, saying: "is not taken on revoke.sock", gate.frame(gate.question()), on: .revoke)
  }

  @Test func theWrongRoleIsRefused() throws {
    let deploy = gate.message("model.deploy", from: "alice", to: "serving-plane")
    let frame = try gate.frame(deploy)
    try expectRefusal(.forbidden, saying: "needs the role deployer, which alice does not hold", frame, on: .deploy)
  }

  @Test func aMessageThatLivesTooLongIsRefused() throws {
    for (kind, socket, life) in [("model.authorize", SocketName.deploy, 60), ("model.deploy", .deploy, 300)] {
      let longest = gate.message(kind, from: "ci", to: "serving-plane", life: life)
      let frame = try gate.frame(longest)
      #expect(throws: Never.self) { try gate.admit(frame, on: socket) }
      let longer = gate.message(kind, from: "ci", to: "serving-plane", life: life + 1)
      try expectRefusal(.invalidRequest, saying: "at most \(life) s", gate.frame(longer), on: socket)
    }
  }

  @Test(arguments: [0, -1, -3600]) func aMessageThatEndsBeforeItBeginsIsRefused(life: Int) throws {
    let message = gate.message("model.authorize", from: "ci", to: "serving-plane", life: life)
    try expectRefusal(.invalidRequest, saying: "lives at most", gate.frame(message))
  }

  @Test func anExpiredOrFutureMessageIsToldTheTime() throws {
    let frame = try gate.frame(gate.question())
    for seconds in [-30, 0, 60] {
      #expect(throws: Never.self) {
        try gate.admit(frame, on: .servingRead, now: Gatehouse.now.adding(seconds: seconds))
      }
    }
    for seconds in [-31, 61, 86_400] {
      let moment = Gatehouse.now.adding(seconds: seconds)
      let failure = #expect(throws: AdmissionFailure.self) { try gate.admit(frame, on: .servingRead, now: moment) }
      #expect(failure?.refusal?.code == .expiredMessage)
      #expect(failure?.refusal?.now == moment)
    }
  }

  @Test func aSenderIsNamedOnlyOnceTheSignatureHeld() throws {
    let stolen = try gate.frame(gate.question(), signedBy: "alice")
    let unauthenticated = #expect(throws: AdmissionFailure.self) { try gate.admit(stolen, on: .servingRead) }
    #expect(unauthenticated?.sender == nil)
    let own = try gate.frame(gate.question())
    let forbidden = #expect(throws: AdmissionFailure.self) { try gate.admit(own, on: .revoke) }
    #expect(forbidden?.sender?.text == "ci")
  }

  @Test func aRefusalRefersToTheRequest() throws {
    let question = gate.question()
    let frame = try gate.frame(question)
    let failure = #expect(throws: AdmissionFailure.self) { try gate.admit(frame, on: .revoke) }
    #expect(failure?.address?.to == question.from)
    #expect(failure?.address?.inReplyTo == question.id)
    #expect(try failure?.address?.requestDigest == Digest(hashing: question.tree().serialized()))
  }

  /// Whoever sent a message that is none can still tell which of their messages it was.
  @Test func aMalformedMessageIsAnsweredToWhomItNames() throws {
    let question = gate.question()
    var object = try question.tree().object ?? [:]
    object.append("admin", true)
    let envelope = try UnverifiedEnvelope(signing: object.serialized(), as: .message, by: [gate.house.key("ci")])
    let failure = #expect(throws: AdmissionFailure.self) { try gate.admit(envelope.serialized, on: .servingRead) }
    #expect(failure?.address?.to == question.from)
    #expect(failure?.address?.inReplyTo == question.id)
    #expect(failure?.address?.requestDigest == envelope.payloadDigest)
    #expect(failure?.sender == nil)
  }

  private func expectRefusal(
    _ code: ErrorCode, saying problem: String, _ frame: [UInt8], on socket: SocketName = .servingRead,
    at location: SourceLocation = #_sourceLocation
  ) throws {
    let failure = #expect(throws: AdmissionFailure.self, sourceLocation: location) { try gate.admit(frame, on: socket) }
    let refusal = try #require(failure?.refusal, sourceLocation: location)
    #expect(refusal.code == code, sourceLocation: location)
    #expect(refusal.message.contains(problem), "\(refusal)", sourceLocation: location)
  }
}
