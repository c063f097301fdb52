import Attestations
import PlaneContract
import Signing
import Wire

/// The serving plane's signed word on whether a model may run somewhere, in answer to the bridge's own question (DESIGN section 3).
struct RunDecision: Sendable {
  let question: GateQuestion
  let passed: Bool
  /// Gates that failed, with their reasons.
  let failures: [(gate: String, reason: String)]
  let approvalDigest: Digest?
  let decidedAt: Timestamp
  /// Nothing may be concluded from it at this moment or later.
  let validUntil: Timestamp
  /// The statement as the plane signed it.
  let attestation: UnverifiedEnvelope

  /// Whether it is a revocation that keeps the model from running.
  var isRevocation: Bool { failures.contains { $0.gate == Gate.revocation.rawValue } }

  /// Whether it lets the model run at `now`.
  func allows(at now: Timestamp) -> Bool { passed && now < validUntil }

  /// Verifies the statement and that it answers exactly this question.
  ///
  /// - Throws: `EnvelopeError` or `FieldError`.
  init(_ reply: PlaneReply, answering question: GateQuestion, asked reader: PrincipalID, root: VerifiedTrustRoot) throws
  {
    var body = ObjectReader(reply.body, "body")
    let envelope = try body.envelope("attestation", maximumPayload: AttestationFormat.maximumPayload)
    let verified = try envelope.verified(as: .statement, by: root.keys(of: .serving))
    var predicate = try Self.predicate(of: verified)
    try Self.expect("nanda-model:\(question.modelID)", "resourceUri", of: &predicate)
    try Self.expect(question.environment?.text, "environment", of: &predicate)
    try Self.expect(question.scope?.text, "scope", of: &predicate)
    try Self.expect(reader.text, "requested_by", of: &predicate)
    try Self.expect(reply.requestDigest.description, "request_digest", of: &predicate)
    self.question = question
    decidedAt = try predicate.time("timeVerified")
    validUntil = try predicate.time("valid_until")
    approvalDigest = try predicate.optionalDigest("approval_digest")
    failures = try Self.failures(&predicate)
    let result = try predicate.string("verificationResult")
    guard ["PASSED", "FAILED"].contains(result), (result == "PASSED") == failures.isEmpty else {
      throw predicate.failure("verificationResult", "does not follow from the gates")
    }
    passed = result == "PASSED"
    attestation = verified.envelope
  }

  private static func predicate(of verified: VerifiedEnvelope) throws -> ObjectReader {
    var statement = try ObjectReader(verified.parsed(), "statement")
    try expect(Decision.predicateType, "predicateType", of: &statement)
    return ObjectReader(try statement.object("predicate"), "predicate")
  }

  private static func failures(_ predicate: inout ObjectReader) throws -> [(gate: String, reason: String)] {
    let gates = try predicate.array("gates", maximum: 64)
    guard gates.count == Gate.allCases.count else { throw predicate.failure("gates", "are not every gate") }
    return try gates.compactMap { value in
      var gate = try ObjectReader(value, "gates")
      let (name, reason) = (try gate.string("gate"), try gate.string("reason"))
      return try gate.optionalBool("passed") == true ? nil : (name, reason)
    }
  }

  private static func expect(_ text: String?, _ key: String, of reader: inout ObjectReader) throws(FieldError) {
    let found = try reader.optionalString(key)
    guard found == text else { throw reader.failure(key, "answers another question") }
  }
}
