import Attestations
import Signing
import Testing
import Wire

@Suite struct TrustRootVerificationTests {
  let envelope: UnverifiedEnvelope

  init() throws { envelope = try RootDraft.ordinary().document().signed(by: [House.key("root")]) }

  @Test func aRootThatIsNotThePinnedOneIsRefused() throws {
    let other = try RootDraft.ordinary().verified().digest
    #expect(other == envelope.payloadDigest)
    let pin = Digest(hashing: [])
    let error = #expect(throws: TrustRootError.self) { try VerifiedTrustRoot.verify(envelope, pinned: pin) }
    guard case .notPinned(expected: pin, found: envelope.payloadDigest) = error else {
      Issue.record("expected notPinned, got \(String(describing: error))")
      return
    }
  }

  @Test func anUnsignedRootIsRefusedThoughItIsPinned() throws {
    let unsigned = UnverifiedEnvelope(payloadType: envelope.payloadType, payload: envelope.payload, signatures: [])
    expectRefusal(of: unsigned, saying: "signatures must be 1 to 16")
  }

  @Test func aRootSignedByOthersIsRefusedThoughItIsPinned() throws {
    expectRefusal(of: try signed(by: ["alice", "governance-plane"]), saying: "no signature verifies")
  }

  @Test func aRootSignedBelowItsThresholdIsRefused() throws {
    var draft = try RootDraft.ordinary()
    draft.rootKeys = try House.keys(["root", "root-2", "root-3"]).map(\.publicKey)
    draft.threshold = 2
    let one = try draft.document().signed(by: House.keys(["root"]))
    expectRefusal(of: one, saying: "1 of its keys signed it, 2 must")
    let twice = try draft.document().signed(by: House.keys(["root", "root", "alice"]))
    expectRefusal(of: twice, saying: "1 of its keys signed it, 2 must")
    #expect(throws: Never.self) { try draft.verified(by: ["root", "root-3"]) }
  }

  @Test func aLaterVersionIsNotStartedFrom() throws {
    var draft = try RootDraft.ordinary()
    draft.version = 2
    expectRefusal(of: try draft.document().signed(by: House.keys(["root"])), saying: "version 1 was expected")
  }

  @Test func aStatementIsNoRoot() throws {
    let relabelled = UnverifiedEnvelope(
      payloadType: PayloadType.statement.rawValue, payload: envelope.payload, signatures: envelope.signatures)
    expectRefusal(of: relabelled, saying: "payloadType")
  }

  @Test(
    arguments: [
      (["extra"], 1, "extra: is not a field"), (["root", "extra"], 1, "root.extra: is not a field"),
      (["policy", "extra"], 1, "policy.extra: is not a field"),
      (["policy", "environments", "staging", "extra"], 1, "extra: is not a field"),
      (["policy", "environments", "Staging"], [:], "1 to 64"),
      (["policy", "environments", "staging"], .null, "an object"),
      (["policy", "environments", "staging", "required_approvers"], 0, "whole number from 1"),
      (["policy", "environments", "staging", "required_approvers"], .null, "missing"),
      (["policy", "environments", "staging", "max_ttl_days"], 0, "whole number from 1"),
      (["policy", "environments", "staging", "max_ttl_days"], 36_500, "whole number from 1"),
      (["policy", "environments", "staging", "auto_revoke"], true, "an object"),
      (["policy", "environments", "staging", "auto_revoke"], ["severity": 0], "from 0.3 to 1"),
      (["policy", "environments", "staging", "auto_revoke"], ["severity": 1, "monitors": 0], "whole number from 1"),
      (["policy", "environments", "staging", "auto_revoke"], ["severity": 1, "anyone": true], "is not a field"),
      (["policy", "profiles", "default"], .null, "missing"), (["policy", "profiles", "default"], [1], "string"),
      (["root", "threshold"], 0, "whole number from 1"), (["root", "keys"], [], "at least one key"),
      (["root", "keys"], ["00"], "no Ed25519 public key"), (["version"], 0, "whole number from 1"),
      (["expires_at"], .null, "missing"), (["expires_at"], 4_102_444_800, "string"),
      (["principals"], [], "exactly one"),
      (["principals"], [["id": "x"]], "roles: is missing"),
      (["principals"], [["id": "x", "roles": ["admin"], "keys": []]], "admin is no role"),
      (["principals"], [["id": "x", "roles": ["reader", "reader"], "keys": []]], "stands twice"),
      (["principals"], [["id": "x", "roles": ["reader"], "keys": []]], "at least one key"),
      (["principals"], [["id": "аlice", "roles": [], "keys": []]], "1 to 64"),
      (["principals"], [["id": "x", "roles": [], "keys": [], "admin": true]], "at least one key"),
    ] as [([String], JSONValue, String)])
  func aDocumentOfAnotherShapeIsRefusedThoughItIsPinnedAndSigned(
    path: [String], value: JSONValue, problem: String
  ) throws {
    let object = try #require(try StrictJSON.parse(envelope.payload).object)
    let altered = try UnverifiedEnvelope.signed(object.with(path, value), envelope.payloadType, by: ["root"])
    expectRefusal(of: altered, saying: problem)
  }

  @Test func aRootComesBackFromItsBytes() throws {
    let verified = try VerifiedTrustRoot.verify(envelope, pinned: envelope.payloadDigest)
    #expect(try verified.root == RootDraft.ordinary().document())
  }

  private func signed(by names: [String]) throws -> UnverifiedEnvelope {
    try RootDraft.ordinary().document().signed(by: House.keys(names))
  }

  private func expectRefusal(of envelope: UnverifiedEnvelope, saying problem: String) {
    let error = #expect(throws: TrustRootError.self) {
      try VerifiedTrustRoot.verify(envelope, pinned: envelope.payloadDigest)
    }
    #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
  }
}
