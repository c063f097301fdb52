import Attestations
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@Suite struct ReplyTests {
  let gate: Gatehouse
  let request: OutgoingRequest
  let admitted: AdmittedRequest
  let writer: ReplyWriter

  init() throws {
    gate = try Gatehouse()
    request = try Self.question(gate)
    admitted = try gate.admit(request.frame, on: .servingRead)
    writer = try ReplyWriter(plane: PrincipalID(checked: "serving-plane"), signer: gate.house.key("serving-plane"))
  }

  @Test func theBodyOfTheAnswerComesBack() throws {
    let frame = try writer.result(["status": "fine"] as JSONObject, of: admitted, now: Gatehouse.now)
    #expect(try result(of: frame) == ["status": "fine"])
  }

  @Test func aRefusalComesBackAsOne() throws {
    let refusal = Refusal(.denied, "quorum 1 of 2", now: Gatehouse.now, decision: ["verificationResult": "FAILED"])
    let frame = try writer.error(refusal, to: ReplyAddress(admitted), now: Gatehouse.now)
    let error = #expect(throws: Refusal.self) { try result(of: frame) }
    #expect(error?.code == .denied && error?.message == "quorum 1 of 2")
    #expect(error?.now == Gatehouse.now)
    #expect(error?.decision == ["verificationResult": "FAILED"])
  }

  @Test func aReplySplicedToAnotherRequestIsRefused() throws {
    let answer = try writer.result(["status": "fine"] as JSONObject, of: admitted, now: Gatehouse.now)
    let error = #expect(throws: ReplyError.self) { try result(of: answer, to: Self.question(gate)) }
    #expect(error?.description.contains("answered another request") == true)
    let refusal = try writer.error(Refusal(.denied, "no"), to: ReplyAddress(admitted), now: Gatehouse.now)
    #expect(throws: ReplyError.self) { try result(of: refusal, to: Self.question(gate)) }
  }

  @Test(arguments: ["governance-plane", "training-plane", "ci", "alice"])
  func anAnswerByAnotherKeyIsRefused(signer: String) throws {
    for name in ["serving-plane", signer] {
      let impostor = try ReplyWriter(plane: PrincipalID(checked: name), signer: gate.house.key(signer))
      let frame = try impostor.result(["status": "fine"] as JSONObject, of: admitted, now: Gatehouse.now)
      let error = #expect(throws: ReplyError.self) { try result(of: frame) }
      #expect(error?.description.contains("is not serving-plane by the trust root") == true)
    }
  }

  @Test func anAnswerInAnotherPlanesNameIsRefusedThoughTheKeyIsRight() throws {
    let other = try ReplyWriter(
      plane: PrincipalID(checked: "governance-plane"), signer: gate.house.key("serving-plane"))
    let answer = try other.result([:] as JSONObject, of: admitted, now: Gatehouse.now)
    #expect(throws: ReplyError.self) { try result(of: answer) }
  }

  @Test func anAnswerOfAnotherKindToAnotherIDOrAnotherAddresseeIsRefused() throws {
    let answers = [
      try answer(kind: "plane.status.result"), try answer(kind: "model.authorize"), try answer(inReplyTo: .random()),
      try answer(to: "alice"),
    ]
    for frame in answers { #expect(throws: ReplyError.self) { try result(of: frame) } }
    #expect(throws: Never.self) { try result(of: answer()) }
  }

  @Test func theRequestItselfIsNoAnswer() throws {
    #expect(throws: ReplyError.self) { try result(of: request.frame) }
    #expect(throws: ReplyError.self) { try result(of: []) }
  }

  @Test func aRetryIsANewMessage() throws {
    #expect(try Self.question(gate).frame != request.frame)
  }

  @Test(arguments: ErrorCode.allCases) func everyCodeComesBack(code: ErrorCode) {
    #expect(Refusal(body: Refusal(code, "why").body).code == code)
  }

  @Test func onlyWhatTimeCanMendIsTransient() {
    let transient = ErrorCode.allCases.filter(\.isTransient)
    #expect(Set(transient) == [.expiredMessage, .overloaded, .unavailable, .internal])
  }

  @Test func aRefusalWithoutWordsIsAnInternalError() {
    for body in [[:], ["code": "new_code"], ["code": 7, "message": 7]] as [JSONObject] {
      #expect(Refusal(body: body).code == .internal)
    }
  }

  private static func question(_ gate: Gatehouse) throws -> OutgoingRequest {
    try OutgoingRequest(
      .modelAuthorize, body: ["model_id": "m"], from: PrincipalID(checked: "ci"),
      to: PrincipalID(checked: "serving-plane"),
      signer: gate.house.key("ci"), now: Gatehouse.now)
  }

  private func result(of frame: [UInt8], to other: OutgoingRequest? = nil) throws -> JSONObject {
    try (other ?? request).result(of: frame, from: gate.house.principal("serving-plane"))
  }

  private func answer(
    kind: String = "model.authorize.result", to: String = "ci", inReplyTo: MessageID? = nil
  ) throws -> [UInt8] {
    let header = MessageHeader(
      id: .random(), kind: kind, from: PrincipalID(checked: "serving-plane"), to: PrincipalID(checked: to),
      issuedAt: Gatehouse.now, expiresAt: Gatehouse.now.adding(seconds: 60),
      inReplyTo: inReplyTo ?? admitted.message.id, requestDigest: admitted.verified.digest)
    return try gate.frame(Message(header, body: [:]))
  }
}
