import Signing
import Testing
import Wire

@Suite struct MessageTests {
  static let moment = Timestamp(microseconds: 1_767_323_045_123_000)

  let key: SecretKey
  let message: Message

  init() throws {
    key = try SecretKey.seeded(1)
    message = try Message(
      MessageHeader(
        id: .random(), kind: "model.authorize", from: #require(PrincipalID("ci")),
        to: #require(PrincipalID("serving-plane")), issuedAt: Self.moment, expiresAt: Self.moment.adding(seconds: 30)),
      body: ["model_id": "m"])
  }

  @Test func aMessageComesBackFromItsEnvelope() throws {
    let unverified = try UnverifiedMessage(message.signed(by: key))
    let verified = try unverified.verified(by: [key.publicKey])
    #expect(try verified.message.tree() == message.tree())
    #expect(verified.signer == key.publicKey)
    #expect(try verified.digest == Digest(hashing: message.tree().serialized()))
  }

  @Test(arguments: ["v", "id", "kind", "from", "to", "issued_at", "expires_at", "body"])
  func aMissingFieldIsRefused(field: String) throws {
    try expectRefusal(of: field, members().filter { $0.key != field })
    try expectRefusal(of: field, members(field, .null))
  }

  @Test(
    arguments: [
      ("v", 2), ("v", "1"), ("v", 0), ("id", "7"), ("id", "0123456789ABCDEF0123456789ABCDEF"), ("kind", 1),
      ("kind", .string(String(repeating: "k", count: 65))), ("from", "Alice"), ("from", "аlice"), ("to", ""),
      ("issued_at", 1_767_323_045), ("issued_at", "2026-01-02T03:04:05+00:00"), ("expires_at", "never"), ("body", "{}"),
      ("body", []), ("in_reply_to", "x"), ("request_digest", "sha256:x"), ("request_digest", 1), ("extra", true),
      ("Body", [:]),
    ] as [(String, JSONValue)])
  func aFieldThatBreaksItsRuleIsRefused(field: String, value: JSONValue) throws {
    try expectRefusal(of: field, members(field, value))
  }

  @Test func twoSignaturesAreRefused() throws {
    let envelope = try message.signed(by: key)
    let two = try envelope.adding(message.signed(by: SecretKey.seeded(2)).signatures[0])
    #expect(throws: EnvelopeError.malformed("a message has exactly one signature")) { try UnverifiedMessage(two) }
    #expect(throws: EnvelopeError.self) { try UnverifiedMessage(envelope.with(signatures: [])) }
  }

  @Test func anAttestationIsNoMessage() throws {
    let statement = try UnverifiedEnvelope(signing: message.tree().serialized(), as: .statement, by: [key])
    #expect(throws: EnvelopeError.wrongPayloadType(expected: .message, found: PayloadType.statement.rawValue)) {
      try UnverifiedMessage(statement)
    }
    let relabelled = try UnverifiedMessage(statement.with(payloadType: PayloadType.message.rawValue))
    #expect(throws: EnvelopeError.noValidSignature) { try relabelled.verified(by: [key.publicKey]) }
  }

  @Test func anotherKeysSignatureIsRefused() throws {
    let unverified = try UnverifiedMessage(message.signed(by: key))
    let other = try SecretKey.seeded(2).publicKey
    #expect(throws: EnvelopeError.noValidSignature) { try unverified.verified(by: [other]) }
    #expect(throws: EnvelopeError.noValidSignature) { try unverified.verified(by: []) }
  }

  @Test func aBodyWithADuplicateKeyIsRefusedThoughItIsSigned() throws {
    let text = try String(decoding: message.tree().serialized(), as: UTF8.self)
    let doubled = text.replacing(#"{"model_id":"m"}"#, with: #"{"model_id":"m","model_id":"n"}"#)
    let envelope = try UnverifiedEnvelope(signing: Array(doubled.utf8), as: .message, by: [key])
    #expect(throws: JSONSyntaxError.self) { try UnverifiedMessage(envelope) }
  }

  private func members(_ field: String = "", _ value: JSONValue = .null) throws -> [JSONObject.Member] {
    var object = JSONObject()
    for member in try message.tree().object?.members ?? [] where member.key != field {
      object.append(member.key, member.value)
    }
    if !field.isEmpty { object.append(field, value) }
    return object.members
  }

  private func expectRefusal(of field: String, _ members: [JSONObject.Member]) throws {
    var object = JSONObject()
    for member in members { object.append(member.key, member.value) }
    let envelope = try UnverifiedEnvelope(signing: object.serialized(), as: .message, by: [key])
    let error = #expect(throws: FieldError.self) { try UnverifiedMessage(envelope) }
    #expect(error?.field.hasPrefix("message.\(field)") == true, "\(String(describing: error))")
  }
}
