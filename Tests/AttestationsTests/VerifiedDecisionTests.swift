import Attestations
import Signing
import Testing
import Wire

/// A signed decision, read by somebody who was not there.
@Suite struct VerifiedDecisionTests {
  let house: House
  let held: HeldApproval

  init() throws {
    house = try House()
    held = try house.held()
  }

  private func signed(
    by signer: String = "serving-plane", failing gate: Gate? = nil, held: HeldApproval?
  ) throws -> UnverifiedEnvelope {
    let gates = Gate.allCases.map { $0 == gate ? GateResult.fail($0, "no") : GateResult.pass($0, "fine") }
    let question = GateQuestion(modelID: house.names.model, environment: house.names.staging, scope: nil)
    return try Decision(
      question: question, gates: gates, held: held, timeVerified: House.now, trustRootDigest: house.root.digest,
      requestedBy: PrincipalID(checked: "ci"), requestDigest: Digest(hashing: [7])
    ).signed(by: House.key(signer))
  }

  /// The serving plane's signature over a payload in which `old` was replaced.
  private func altered(_ old: String, _ new: String, failing gate: Gate? = nil) throws -> UnverifiedEnvelope {
    let text = String(decoding: try signed(failing: gate, held: held).payload, as: UTF8.self)
    #expect(text.contains(old))
    return try UnverifiedEnvelope(
      signing: Array(text.replacing(old, with: new).utf8), as: .statement, by: [House.key("serving-plane")])
  }

  @Test(arguments: ["governance-plane", "training-plane", "alice", "ci", "root"])
  func nobodyButTheServingPlaneDecides(signer: String) throws {
    let envelope = try signed(by: signer, held: held)
    #expect(throws: AttestationError.self) { try VerifiedDecision.verify(envelope, root: house.root) }
  }

  @Test func aKeyThatServingHadOnceDecidesNothing() throws {
    let envelope = try signed(held: held)
    let next = try house.successor { draft in
      draft.replace("serving-plane", with: try RootDraft.person("serving-two", nil, .serving))
    }
    #expect(throws: AttestationError.self) { try VerifiedDecision.verify(envelope, root: next) }
  }

  @Test(arguments: [
    (#""gate":"clock""#, #""gate":"lease""#), ("FAILED", "PASSED"),
    (#""verifiedLevels":[]"#, #""verifiedLevels":[],"more":1"#), ("nanda-model:org", "nanda-model:acme"),
    ("serving-plane\"", "other-plane\""), (#""sha256":""#, #""sha512":""#),
    ("verification_summary/v1", "verification_summary/v0.2"),
  ]) func aDecisionThatDoesNotHoldTogetherIsRefused(old: String, new: String) throws {
    let envelope = try altered(old, new, failing: .quorum)
    #expect(throws: AttestationError.self) { try VerifiedDecision.verify(envelope, root: house.root) }
  }

  @Test func aPassWithoutAnApprovalIsRefused() throws {
    let digest = held.digest.description
    let envelope = try altered(#""approval_digest":"\#(digest)""#, #""approval_digest":null"#)
    #expect(throws: AttestationError.self) { try VerifiedDecision.verify(envelope, root: house.root) }
  }

  @Test(arguments: [61, 3600, 86_400 * 365 * 50]) func aDecisionThatClaimsToHoldForLongerThanAnyDoesIsRefused(
    seconds: Int
  ) throws {
    let end = { (seconds: Int) in "\"valid_until\":\"\(House.now.adding(seconds: seconds).attestationText)\"" }
    let envelope = try altered(end(60), end(seconds))
    #expect(throws: AttestationError.self) { try VerifiedDecision.verify(envelope, root: house.root) }
  }

  @Test func whatWasDecidedIsReadAsItWasWritten() throws {
    let decision = try VerifiedDecision.verify(signed(held: held), root: house.root)
    #expect(decision.passed)
    #expect(decision.modelID == house.names.model && decision.weightsHash == house.names.weights)
    #expect(decision.environment == house.names.staging && decision.scope == nil)
    #expect(decision.approvalDigest == held.digest)
    #expect(decision.timeVerified == House.now && decision.validUntil == House.now.adding(seconds: 60))
    #expect(decision.trustRootDigest == house.root.digest)
    #expect(decision.gates.map(\.gate) == Gate.allCases)
    #expect(decision.digest == (try signed(held: held)).payloadDigest)
  }

  @Test func aDenialWithoutAnyApprovalIsReadToo() throws {
    let decision = try VerifiedDecision.verify(signed(failing: .approval, held: nil), root: house.root)
    #expect(!decision.passed)
    #expect(decision.weightsHash == nil && decision.approvalDigest == nil)
  }

  @Test func aDecisionHoldsFromItsTimeToItsEnd() throws {
    let decision = try VerifiedDecision.verify(signed(held: held), root: house.root)
    #expect(decision.holds(at: House.now) && decision.holds(at: House.now.adding(seconds: 59)))
    #expect(!decision.holds(at: House.now.adding(seconds: 60)))
    #expect(decision.holds(at: House.now.adding(seconds: -30)) && !decision.holds(at: House.now.adding(seconds: -31)))
  }
}
