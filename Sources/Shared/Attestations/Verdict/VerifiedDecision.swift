import Signing
import Wire

/// A decision of the serving plane as its signed statement says it. Only `verify` makes one.
///
/// It was so at `timeVerified` and may be taken to be so until `validUntil`; after that it is history.
package struct VerifiedDecision: Sendable {
  package let modelID: ModelID
  /// Nil where the plane knew of no weights.
  package let weightsHash: Digest?
  package let environment: EnvironmentName?
  package let scope: ScopeName?
  /// Nil where there was no approval to judge.
  package let approvalDigest: Digest?
  package let gates: [GateResult]
  package let passed: Bool
  package let timeVerified: Timestamp
  package let validUntil: Timestamp
  /// Of the version of the trust root that it was judged by.
  package let trustRootDigest: Digest
  package let requestedBy: PrincipalID
  package let requestDigest: Digest
  package let verified: VerifiedEnvelope

  /// Of the signed payload: what names this decision.
  package var digest: Digest { verified.digest }
  package var envelope: UnverifiedEnvelope { verified.envelope }

  /// Whether it may still be taken to be so.
  package func holds(at now: Timestamp) -> Bool {
    now < validUntil && timeVerified <= now.adding(seconds: Message.clockSkewSeconds)
  }

  /// Verifies the signature first, by a key that the serving plane has now, and only then reads the same bytes. A verdict that its
  /// own gates do not bear out is refused.
  package static func verify(
    _ envelope: UnverifiedEnvelope, root: VerifiedTrustRoot
  ) throws(AttestationError) -> VerifiedDecision {
    do {
      return try VerifiedDecision(envelope.verified(as: .statement, by: root.keys(of: .serving)))
    } catch let error as EnvelopeError {
      throw .envelope("decision", error)
    } catch {
      throw .syntax("decision", "\(error)")
    }
  }

  private init(_ verified: VerifiedEnvelope) throws {
    self.verified = verified
    var statement = try ObjectReader(verified.parsed(), "statement")
    try statement.expect(AttestationFormat.statementType, "_type")
    try statement.expect(Decision.predicateType, "predicateType")
    let subject = try statement.array("subject", maximum: 1).first ?? .null
    var predicate = ObjectReader(try statement.object("predicate"), "predicate")
    try statement.finish()
    modelID = try predicate.resource()
    weightsHash = try Self.weights(subject, of: modelID)
    try predicate.verifier()
    timeVerified = try predicate.time("timeVerified")
    trustRootDigest = try predicate.policy()
    _ = try predicate.array("inputAttestations", maximum: 2)
    _ = try predicate.array("verifiedLevels", maximum: 0)
    environment = try predicate.optionalIdentifier("environment")
    scope = try predicate.optionalIdentifier("scope")
    approvalDigest = try predicate.optionalDigest("approval_digest")
    requestedBy = try predicate.identifier("requested_by")
    requestDigest = try predicate.digest("request_digest")
    validUntil = try predicate.time("valid_until")
    gates = try predicate.gates()
    passed = try predicate.string("verificationResult") == "PASSED"
    try predicate.finish()
    // One that a thief of the key dated far ahead would never be over.
    guard validUntil <= timeVerified.adding(seconds: Decision.maximumLifeSeconds) else {
      throw FieldError("predicate.valid_until", "is more than \(Decision.maximumLifeSeconds) s after timeVerified")
    }
    guard !passed || (gates.allPassed && approvalDigest != nil && weightsHash != nil) else {
      throw FieldError("predicate.verificationResult", "is PASSED, and a gate or the approval is not")
    }
  }

  /// The digest of the subject, which is either the weights' or stands for a model without any.
  private static func weights(_ subject: JSONValue, of model: ModelID) throws(FieldError) -> Digest? {
    var reader = try ObjectReader(subject, "statement.subject")
    guard try reader.string("name").hasSameBytes(as: model.text) else {
      throw reader.failure("name", "is another model than resourceUri")
    }
    var digests = ObjectReader(try reader.object("digest"), "statement.subject.digest")
    try reader.finish()
    let (weights, name) = (try digests.optionalString("sha256"), try digests.optionalString("nanda-model-id"))
    try digests.finish()
    if let weights, name == nil, let digest = Digest(hex: weights) { return digest }
    guard weights == nil, name == Digest(hashing: Array(model.text.utf8)).hex else {
      throw FieldError("statement.subject.digest", "expected a sha256, or the nanda-model-id of \(model)")
    }
    return nil
  }
}

extension ObjectReader {
  fileprivate mutating func expect(_ text: String, _ key: String) throws(FieldError) {
    let found = try string(key)
    guard found.hasSameBytes(as: text) else { throw failure(key, "expected \(text), found \(found.clipped(120))") }
  }

  /// `nanda-model:MODEL`.
  fileprivate mutating func resource() throws(FieldError) -> ModelID {
    let (text, scheme) = (try string("resourceUri"), "nanda-model:")
    guard text.utf8.starts(with: scheme.utf8), let model = ModelID(String(text.dropFirst(scheme.utf8.count))) else {
      throw failure("resourceUri", "expected \(scheme)MODEL")
    }
    return model
  }

  fileprivate mutating func verifier() throws(FieldError) {
    var verifier = ObjectReader(try object("verifier"), path("verifier"))
    try verifier.expect(Decision.verifierID, "id")
    try verifier.finish()
  }

  fileprivate mutating func policy() throws(FieldError) -> Digest {
    var policy = ObjectReader(try object("policy"), path("policy"))
    _ = try policy.string("uri")
    var digests = ObjectReader(try policy.object("digest"), policy.path("digest"))
    try policy.finish()
    guard let digest = Digest(hex: try digests.string("sha256")) else {
      throw digests.failure("sha256", "expected 64 lowercase hex digits")
    }
    try digests.finish()
    return digest
  }

  /// Every gate, each once and in its order.
  fileprivate mutating func gates() throws(FieldError) -> [GateResult] {
    let items = try array("gates", maximum: Gate.allCases.count)
    guard items.count == Gate.allCases.count else { throw failure("gates", "must name every gate") }
    var results: [GateResult] = []
    for (gate, item) in zip(Gate.allCases, items) {
      var reader = try ObjectReader(item, path("gates"))
      try reader.expect(gate.rawValue, "gate")
      let passed = try reader.optionalBool("passed") ?? false
      results.append(GateResult(gate: gate, passed: passed, reason: try reader.string("reason")))
      try reader.finish()
    }
    return results
  }
}
