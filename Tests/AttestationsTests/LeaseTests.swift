import Attestations
import Signing
import Testing
import Wire

/// What is a lease, and what only looks like one.
@Suite struct LeaseTests {
  let house: House
  let revocations = RevocationChain([Digest(hashing: [1]), Digest(hashing: [2])])

  init() throws { house = try House() }

  private func lease(
    seconds: Int = 300, at time: Timestamp = House.now, root: VerifiedTrustRoot? = nil,
    by signer: String = "governance-plane"
  ) throws -> UnverifiedEnvelope {
    let lease = Lease(
      root: root ?? house.root, issuedAt: time, expiresAt: time.adding(seconds: seconds), revocations: revocations)
    return try UnverifiedEnvelope(attesting: lease, by: [House.key(signer)])
  }

  @Test(arguments: ["serving-plane", "training-plane", "alice", "root"]) func nobodyButGovernanceSignsOne(
    _ signer: String
  ) throws {
    let envelope = try lease(by: signer)
    #expect(throws: AttestationError.self) { try HeldLease(verifying: envelope, root: house.root) }
  }

  @Test func oneThatWasChangedIsNone() throws {
    let signed = try lease()
    let text = String(decoding: signed.payload, as: UTF8.self).replacing(
      "\"revocation_count\":2", with: "\"revocation_count\":1")
    let changed = UnverifiedEnvelope(
      payloadType: signed.payloadType, payload: Array(text.utf8), signatures: signed.signatures)
    #expect(throws: AttestationError.self) { try HeldLease(verifying: changed, root: house.root) }
  }

  @Test(arguments: [
    ("\"expires_at\":\"2026-01-02T03:09:05+00:00\"", "\"expires_at\":\"2026-01-02T03:04:05+00:00\""),
    ("\"name\":\"trust-root\"", "\"name\":\"org/classifier\""),
    ("\"ledger_checkpoint\":null", "\"ledger_checkpoint\":\"x\""),
    ("\"revocation_count\":2", "\"revocation_count\":-1"), ("\"ledger_checkpoint\":null", "\"more\":1"),
  ])
  func aLeaseThatBreaksARuleIsRefusedThoughGovernanceSignedIt(_ old: String, _ new: String) throws {
    let text = String(decoding: try lease().payload, as: UTF8.self)
    try #require(text.contains(old), "\(text)")
    let broken = try UnverifiedEnvelope(
      signing: Array(text.replacing(old, with: new).utf8), as: .statement, by: [House.key("governance-plane")])
    #expect(throws: AttestationError.self) { try HeldLease(verifying: broken, root: house.root) }
  }

  @Test func itNamesExactlyTheRevocationsItWasMadeOver() throws {
    let held = try HeldLease(verifying: lease(), root: house.root)
    #expect(held.predicate.names(revocations))
    #expect(!held.predicate.names(RevocationChain([Digest(hashing: [1])])))
    #expect(!held.predicate.names(RevocationChain([Digest(hashing: [1]), Digest(hashing: [3])])))
  }

  @Test func aLeaseOfAnotherTrustRootIsNotForThisPlane() throws {
    let newer = try House {
      $0.version = 1; $0.expiresAt = House.now.adding(days: 400)
    }
    let other = try HeldLease(verifying: lease(root: newer.root), root: house.root)
    #expect(other.fault(under: house.root, now: House.now)?.contains("not the trust root version 1") == true)
    #expect(try HeldLease(verifying: lease(), root: house.root).fault(under: house.root, now: House.now) == nil)
  }

  @Test func aLeaseFromTheFutureOrThePastIsRefused() throws {
    let held = try HeldLease(verifying: lease(), root: house.root)
    #expect(held.fault(under: house.root, now: House.now.adding(seconds: -30)) == nil)
    #expect(held.fault(under: house.root, now: House.now.adding(seconds: -31))?.contains("ahead") == true)
    #expect(held.fault(under: house.root, now: House.now.adding(seconds: 300))?.contains("ended") == true)
  }

  @Test func itHoldsNoLongerThanThePolicyLetsIt() throws {
    let held = try HeldLease(verifying: lease(seconds: 86_400 * 365), root: house.root)
    #expect(held.end(leaseSeconds: 300) == House.now.adding(seconds: 300))
    #expect(
      try HeldLease(verifying: lease(seconds: 60), root: house.root).end(leaseSeconds: 300)
        == House.now.adding(seconds: 60))
  }

  @Test func itHasTheFieldsOfItsContract() throws {
    let statement = try #require(try StrictJSON.parse(lease().payload).object)
    #expect(statement["predicateType"] == "https://projectnanda.org/model-governance/lease/v1")
    #expect(statement["subject"] == [["name": "trust-root", "digest": ["sha256": .string(house.root.digest.hex)]]])
    let predicate = try #require(statement["predicate"]?.object)
    #expect(
      predicate.members.map(\.key) == [
        "issued_at", "expires_at", "trust_root_version", "revocation_count", "revocation_head", "ledger_checkpoint",
      ])
    #expect(predicate["ledger_checkpoint"] == .null)
  }
}
