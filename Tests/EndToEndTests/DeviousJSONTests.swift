import Attestations
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// Bytes that different JSON parsers read differently, correctly signed by somebody who may send them.
enum DeviousEdit: String, CaseIterable, CustomTestStringConvertible {
  case duplicateKey, escapedDuplicateKey, trailingComma, byteOrderMark, deepNesting, abyss, notANumber, loneSurrogate,
    notUTF8, trailingBytes

  var testDescription: String { rawValue }

  /// The payload with the edit in it. `payload` is a JSON object with a string member called `key`.
  func apply(to payload: [UInt8], key: String) -> [UInt8] {
    let inside = String(decoding: payload.dropFirst().dropLast(), as: UTF8.self)
    let first = key.unicodeScalars.first?.value ?? 0
    let escaped = "\\u00\(String(first, radix: 16))\(key.dropFirst())"
    let text =
      switch self {
      case .duplicateKey: "{\(inside),\"\(key)\":\"other\"}"
      case .escapedDuplicateKey: "{\(inside),\"\(escaped)\":\"other\"}"
      case .trailingComma: "{\(inside),}"
      case .byteOrderMark: "\u{feff}{\(inside)}"
      case .deepNesting: "{\(inside),\"extra\":\(Self.nested(33))}"
      case .abyss: "{\(inside),\"extra\":\(Self.nested(10_000))}"
      case .notUTF8: "{\(inside),\"extra\":\"\(Self.mark)\"}"
      case .notANumber: "{\(inside),\"extra\":NaN}"
      case .loneSurrogate: "{\(inside),\"extra\":\"\\ud800\"}"
      case .trailingBytes: "{\(inside)}{}"
      }
    return Array(text.utf8).replacing(Self.mark.utf8, with: [0xff])
  }

  private static func nested(_ depth: Int) -> String {
    String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
  }

  /// Where a byte goes that no text has.
  private static let mark = "<0xff>"
}

@Suite("JSON that two parsers read differently", .serialized, .runningPlanes)
struct DeviousJSONTests {
  let stage: Stage
  var planes: DaemonFixture { stage.planes }

  init() throws { stage = try Stage() }

  @Test("In a message it is malformed, though the signature over it is good", arguments: DeviousEdit.allCases)
  func inMessages(_ edit: DeviousEdit) async throws {
    let ci = try stage.caller("ci")
    let body = ModelUndeploy(modelID: stage.steady.id, environment: EnvironmentName(checked: "staging"))
    let honest = try OutgoingRequest(
      .modelUndeploy, body: body.fields, from: ci.name, to: ci.plane(behind: .deploy).id, signer: ci.key, now: .now())
    let payload = edit.apply(to: honest.envelope.payload, key: "kind")
    let devious = try UnverifiedEnvelope(signing: payload, as: .message, by: [ci.key])
    let answer = try await ci.answer(to: devious, on: .deploy)
    #expect(answer.kind == MessageKind.errorKind)
    #expect(Refusal(body: answer.body).code == .malformed)
    try await stage.expectSteadyStillRuns()
  }

  @Test("In an approval it is refused, though an approver signed it", arguments: DeviousEdit.allCases)
  func inAttestations(_ edit: DeviousEdit) async throws {
    let alice = try stage.caller("alice")
    let approval = planes.approval(of: stage.steady)
    let payload = edit.apply(to: Statement.payload(of: approval), key: "predicateType")
    let devious = try UnverifiedEnvelope(signing: payload, as: .statement, by: [alice.key])
    try await expectRefused(.invalidRequest, saying: "model-approval") {
      _ = try await alice.propose(devious, as: approval)
    }
    try await expectRefused(.notFound) { _ = try await alice.approval(approval.approvalID) }
  }

  @Test("In a revocation it is refused at both doors, and the model goes on running", arguments: DeviousEdit.allCases)
  func inRevocations(_ edit: DeviousEdit) async throws {
    let alice = try stage.caller("alice")
    let revocation = planes.revocation(of: planes.approval(of: stage.steady))
    let payload = edit.apply(to: Statement.payload(of: revocation), key: "predicateType")
    let devious = try UnverifiedEnvelope(signing: payload, as: .statement, by: [alice.key])
    for door in [SocketName.approve, .revoke] {
      try await expectRefused(.policyFailed, saying: "model-revocation") {
        try await alice.ask(.modelRevoke, Revocation(revocation: devious), on: door)
      }
    }
    try await stage.expectSteadyStillRuns()
  }
}
