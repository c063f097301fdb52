import Attestations
import MerkleLog
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// The leases: to go on deploying although somebody has revoked.
extension LyingGovernancePlaneTests {
  /// What serving holds, as the true leases name it.
  private func chain() async throws -> RevocationChain {
    RevocationChain(try await stage.revocations(at: .servingRead).keys)
  }

  @Test(
    "A revocation that serving holds is not hidden past the lease: not by fresh ones that lack it, nor by one for ten years"
  )
  func withheldRevocation() async throws {
    let (ci, alice) = (try stage.caller("ci"), try stage.caller("alice"))
    let revocation = planes.revocation(of: planes.approval(of: try await planes.trained("condemned")))
    try await planes.kill(.governance)
    let before = try await chain()
    try await publish(lease(over: before, seconds: 10 * 365 * 86_400))
    _ = try await alice.revoke(revocation, on: .revoke)
    try await pollUntil("no lease is live, however many come") {
      #expect(try await publish(lease(over: before)).revocationCount == before.count + 1)
      return try await ci.status(of: .serving).health != "ok"
    }
    let steady = stage.steady
    try await expectDenied(by: "lease") { try await ci.deploy(steady.id, to: "production", weights: steady.path) }

    // The leases of the true plane name it, once it is told.
    try await planes.start(.governance)
    _ = try await alice.revoke(revocation, on: .approve)
    try await pollUntil("a lease has come") { try await ci.status(of: .serving).health == "ok" }
  }

  @Test("A lease with the right number of revocations and other ones is not taken")
  func pretendedCount() async throws {
    try await stage.revokeSomething()
    let (held, other) = (try await chain(), Digest(hashing: [1]))
    let digests = Array(try await stage.revocations(at: .servingRead).keys)
    let lie = RevocationChain(digests.dropLast() + [other])
    let receipt = try await publish(lease(over: lie))
    #expect(lie.count == held.count && !receipt.names(lie))
    // What is held is what was held: the next true one is taken.
    try await pollUntil("the true lease is taken") {
      try await publish(lease(over: chain())).names(chain())
    }
  }

  @Test("A lease that was taken once does not come back after a newer one")
  func replayedLease() async throws {
    let old = try lease(over: try await chain())
    try await publish(old)
    try await publish(lease(over: try await chain()))
    try await expectRefused(.conflict, saying: "no newer") { try await publish(old) }
  }

  @Test("Leases of the future and of the past are refused")
  func leaseOfAnotherTime() async throws {
    for (seconds, words) in [(3600, "ahead of this plane's clock"), (-3600, "it ended")] {
      let lease = try lease(over: try await chain(), issuedAt: Timestamp.now().adding(seconds: seconds))
      try await expectRefused(.policyFailed, saying: words) { try await publish(lease) }
    }
  }

  @Test("A lease of a trust root of its own making is refused")
  func leaseOfAnotherRoot() async throws {
    let lease = try lease(over: try await chain(), root: TestHouse().root)
    try await expectRefused(.policyFailed, saying: "not the trust root") { try await publish(lease) }
  }

  @Test("A lease that carries a head of training's log which training never signed is refused")
  func leaseWithInventedHead() async throws {
    let root = try planes.home.currentRoot()
    let origins = [Role.training, .governance].map {
      EvidenceOrigin(rootDigest: root.originDigest, plane: $0.planeName)
    }
    let head = try #require(Checkpoint(origin: origins[0].description, size: 1, root: Digest(hashing: [1])))
    let invented = try VerifiedCheckpoint(signing: head, with: attacker.key)
    let cosignature = try Cosignature(of: invented, by: origins[1].description, with: attacker.key, time: 1_795_000_000)
    let lease = try lease(over: try await chain(), carrying: invented.cosigned(cosignature).note)
    try await expectRefused(.policyFailed, saying: "ledger_checkpoint") { try await publish(lease) }
    try await planes.health(of: .serving, says: "ok")
  }

  @Test("A revocation that governance says to have taken, and swallows, ends what runs all the same")
  func swallowedRevocation() async throws {
    let model = try await planes.deployed("swallowed")
    try await planes.impersonating(.governance) { question in
      question.kind == MessageKind.modelRevoke.rawValue ? RevocationReceipt(approvals: []).fields : nil
    } while: { _ in
      let words = [
        "revoke", "swallowed", "--weights-hash", "\(model.weightsHash)", "--reason", "a test", "--as", "bob",
      ]
      let (code, output) = try await Planectl(planes.home).run(words)
      #expect(code != 2 && output.contains("swallowed"), "\(output)")
      try await planes.servesNoMore(model.id)
    }
    // The true plane hears it from serving.
    try await pollUntil("governance knows") {
      try await stage.revocations(at: .governanceRead).values.contains { $0.weightsHash == model.weightsHash }
    }
  }
}
