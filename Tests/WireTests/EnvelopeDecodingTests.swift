import Signing
import Testing
import Wire

@Suite struct EnvelopeDecodingTests {
  @Test func anEnvelopeComesBackFromItsBytes() throws {
    let envelope = try UnverifiedEnvelope.hello(by: 1, 2)
    #expect(try UnverifiedEnvelope(parsing: envelope.serialized, maximumPayload: 5) == envelope)
  }

  @Test func urlSafeBase64WithoutPaddingIsRead() throws {
    let envelope = try UnverifiedEnvelope.hello(by: 1)
    let text = String(decoding: envelope.serialized, as: UTF8.self)
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
      .replacing("application_vnd.in-toto-json", with: "application/vnd.in-toto+json")
    let parsed = try UnverifiedEnvelope(parsing: Array(text.utf8), maximumPayload: 100)
    #expect(parsed == envelope)
  }

  @Test func unknownFieldsOfAnEnvelopeAreIgnored() throws {
    let text =
      #"{"x":[1],"payload":"aGVsbG8=","signatures":[{"cert":"y","sig":"AA==","keyid":null}],"payloadType":"t"}"#
    let parsed = try UnverifiedEnvelope(parsing: Array(text.utf8), maximumPayload: 100)
    #expect(parsed.payload == Array("hello".utf8))
    #expect(parsed.signatures == [EnvelopeSignature(keyID: "", bytes: [0])])
  }

  @Test(arguments: [
    ("[]", "expected an object"), ("{}", "payloadType"),
    (#"{"payloadType":1,"payload":"","signatures":[]}"#, "payloadType"),
    (#"{"payloadType":"t","signatures":[{"sig":"AA=="}]}"#, "payload is missing"),
    (#"{"payloadType":"t","payload":null,"signatures":[{"sig":"AA=="}]}"#, "payload is missing"),
    (#"{"payloadType":"t","payload":"a","signatures":[{"sig":"AA=="}]}"#, "not base64"),
    (#"{"payloadType":"t","payload":"+_8=","signatures":[{"sig":"AA=="}]}"#, "not base64"),
    (#"{"payloadType":"t","payload":"aGVsbG8h"}"#, "1 to 16"),
    (#"{"payloadType":"t","payload":"aGVsbG8h","signatures":[]}"#, "1 to 16"),
    (#"{"payloadType":"t","payload":"aGVsbG8h","signatures":{}}"#, "1 to 16"),
    (#"{"payloadType":"t","payload":"aGVsbG8h","signatures":["AA=="]}"#, "no base64 sig"),
    (#"{"payloadType":"t","payload":"aGVsbG8h","signatures":[{"keyid":""}]}"#, "no base64 sig"),
    (#"{"payloadType":"t","payload":"aGVsbG8h","signatures":[{"sig":"*"}]}"#, "no base64 sig"),
    (#"{"payloadType":"t","payload":"aGVsbG8h","signatures":[{"sig":"AA==","keyid":7}]}"#, "keyid"),
    (#"{"payload":"aGVsbG8h","payload":"aGVsbG8h","payloadType":"t","signatures":[{"sig":"AA=="}]}"#, "twice"),
  ])
  func whatIsNoEnvelopeIsRefused(text: String, problem: String) {
    let error = #expect(throws: EnvelopeError.self) {
      try UnverifiedEnvelope(parsing: Array(text.utf8), maximumPayload: 100)
    }
    #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
  }

  @Test func seventeenSignaturesAreRefusedBeforeTheyAreDecoded() throws {
    let signature: JSONValue = ["sig": "*"]
    let value: JSONValue = [
      "payloadType": "t", "payload": "", "signatures": .array(Array(repeating: signature, count: 17)),
    ]
    #expect(throws: EnvelopeError.malformed("signatures must be an array of 1 to 16")) {
      try UnverifiedEnvelope(json: value, maximumPayload: 100)
    }
  }

  @Test func thePayloadsBoundIsExact() throws {
    let envelope = try UnverifiedEnvelope.hello(by: 1)
    #expect(throws: Never.self) { try UnverifiedEnvelope(parsing: envelope.serialized, maximumPayload: 5) }
    for bound in [0, 3, 4] {
      #expect(throws: EnvelopeError.self) {
        try UnverifiedEnvelope(parsing: envelope.serialized, maximumPayload: bound)
      }
    }
  }

  @Test func aKeyIDIsBounded() {
    let long = String(repeating: "k", count: 257)
    let value: JSONValue = ["payloadType": "t", "payload": "", "signatures": [["sig": "", "keyid": .string(long)]]]
    #expect(throws: EnvelopeError.self) { try UnverifiedEnvelope(json: value, maximumPayload: 100) }
  }
}
