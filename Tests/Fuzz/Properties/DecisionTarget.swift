import Attestations
import PlaneContract
import Signing
import Wire

extension FuzzTarget {
  /// Input: the body of a `model.authorize`. Decisions are written and never read back, so what is promised is their text;
  /// every gate gives the whole input as its reason.
  static let decision = FuzzTarget("decision") { bytes in
    guard let body = (try? StrictJSON.parse(bytes))?.object, let asked = try? ModelAuthorize(body) else { return false }
    let house = try FuzzHouse.only.get()
    let reason = String(decoding: bytes, as: UTF8.self)
    let decision = Decision(
      question: asked.question, gates: Gate.allCases.map { .pass($0, reason) }, held: nil,
      timeVerified: FuzzHouse.now, trustRootDigest: house.root.digest, requestedBy: PrincipalID(checked: "ci"),
      requestDigest: Digest(hashing: bytes))
    try promise(!decision.passed, "without an approval nothing passes")
    let key = try house.key("serving-plane")
    let envelope = try decision.signed(by: key)
    let statement = try envelope.verified(as: .statement, by: [key.publicKey]).parsed().object
    let predicate = statement?["predicate"]?.object
    try promise(statement?["predicate"] == decision.tree(), "what is signed is what was decided")
    try promise(predicate?["verificationResult"] == "FAILED", "a decision that did not pass says so")
    try promise(
      predicate?["resourceUri"] == .string("nanda-model:\(asked.question.modelID.text)"), "it names its model")
    try promise(statement?["subject"]?.array?.count == 1, "a decision has one subject")
    let gates = predicate?["gates"]?.array ?? []
    try promise(gates.count == Gate.allCases.count, "it names every gate")
    try promise(gates.allSatisfy { $0.object?["reason"] == .string(reason) }, "no reason breaks out of its text")
    let reply = try AuthorizeResult(decision: decision, attestation: envelope).tree().object
    try promise(reply?["decision"] == decision.tree(), "the reply says what was decided")
    try promise(
      UnverifiedEnvelope(json: reply?["attestation"] ?? .null, maximumPayload: AttestationFormat.maximumPayload)
        == envelope,
      "the reply holds the signed decision")
    try IdentifierRules.check(asked.question.modelID)
    return true
  }
}
