import Attestations
import MerkleLog
import PlaneContract
import Signing
import Storage
import TestSupport
import Testing
import Wire

@testable import ServingPlane

/// Governance's lease at the serving plane: what is taken, and what follows when none is.
@Suite struct ServingLeaseTests {
  private let ended = TestHouse.epoch.adding(seconds: 300)

  /// A plane under a policy that asks for leases of 300 s, with one approved model.
  private func leasedHouse(_ house: TestHouse? = nil) async throws -> ServingHouse {
    let serving = try await ServingHouse(house: house ?? TestHouse(leaseSeconds: 300))
    try await serving.publish()
    return serving
  }

  private func gate(_ decision: JSONObject, _ name: String) -> String? {
    let gates = decision["gates"]?.array?.compactMap(\.object) ?? []
    return gates.first { $0["gate"]?.string == name }?["reason"]?.string
  }

  // Refused.

  @Test func withoutALeaseNothingIsDeployedAndRevokingWorks() async throws {
    let serving = try await leasedHouse()
    let path = try serving.weights()
    #expect(try await serving.deniedGates { try await serving.deploy(weights: path) } == ["lease", "weights"])
    #expect(try await !serving.revoke(serving.house.revocation()).isEmpty)
  }

  @Test(arguments: ["alice", "training-plane", "serving-plane"]) func aLeaseSignedByAnotherKeyIsRefused(
    _ signer: String
  ) async throws {
    let serving = try await leasedHouse()
    let refusal = try await refusal { try await serving.lease(serving.house.lease(by: signer)) }
    #expect(refusal?.code == .policyFailed)
    #expect(try await serving.plane.evidence(.leaseLive).isEmpty)
  }

  @Test func onlyGovernanceMaySendOne() async throws {
    let serving = try await leasedHouse()
    for sender in ["ci", "alice", "training-plane"] {
      let refusal = try await refusal { try await serving.lease(serving.house.lease(), as: sender) }
      #expect(refusal?.code == .forbidden)
    }
  }

  @Test func aLeaseOfAnotherTrustRootIsRefused() async throws {
    let serving = try await leasedHouse()
    let other = try TestHouse(leaseSeconds: 300)
    let refusal = try await refusal { try await serving.lease(serving.house.lease(root: other.root)) }
    #expect(refusal?.code == .policyFailed && refusal?.message.contains("not the trust root version 1") == true)
  }

  @Test func aLeaseOfANewerTrustRootIsRefusedAndNothingNewBeginsUntilItIsInstalled() async throws {
    let serving = try await leasedHouse()
    let path = try serving.weights()
    try await serving.lease(serving.house.lease())
    try await serving.deploy(weights: path)
    let newer = try serving.house.forged(
      serving.house.lease(at: TestHouse.epoch.adding(seconds: 1)).payload, setting: "trust_root_version", to: 2,
      by: "governance-plane")
    serving.plane.clock.step(seconds: 1)
    let refusal = try await refusal { try await serving.lease(newer) }
    #expect(refusal?.message.contains("install the newer one") == true)
    #expect(try await serving.deniedGates { try await serving.deploy(weights: path) } == ["trust", "weights"])
    #expect(try await serving.authorize().passed, "what runs goes on")
  }

  @Test func aReplayedAndARolledBackLeaseAreRefused() async throws {
    let serving = try await leasedHouse()
    let old = try serving.house.lease()
    try await serving.lease(old)
    serving.plane.clock.step(seconds: 100)
    try await serving.lease(serving.house.lease(at: serving.plane.clock.now()))
    let refusal = try await refusal { try await serving.lease(old) }
    #expect(refusal?.code == .conflict && refusal?.message.contains("no newer") == true)
    let restarted = try await serving.restarted()
    let again = try await TestSupport.refusal { try await restarted.lease(old) }
    #expect(again?.code == .conflict, "also by a plane that was started again")
  }

  @Test func aLeaseFromTheFutureAndOneThatHasEndedAreRefused() async throws {
    let serving = try await leasedHouse()
    for seconds in [31, -300] {
      let refusal = try await refusal {
        try await serving.lease(serving.house.lease(at: TestHouse.epoch.adding(seconds: seconds)))
      }
      #expect(refusal?.code == .policyFailed)
    }
  }

  @Test func aLeaseThatWithholdsARevocationIsNotTakenAndBecomesEvidence() async throws {
    let serving = try await leasedHouse()
    try await serving.lease(serving.house.lease())
    let revocation = try serving.house.revocation(of: TestHouse.result(model: "rose", weights: "other weights"))
    _ = try await serving.revoke(revocation)
    var receipts: [LeaseReceipt] = []
    for _ in 0..<3 {
      serving.plane.clock.step(seconds: 100)
      receipts.append(try await serving.lease(serving.house.lease(at: serving.plane.clock.now())))
    }
    #expect(receipts.allSatisfy { $0.names(RevocationChain([revocation.payloadDigest])) }, "what is held is told")
    let path = try serving.weights()
    #expect(try await serving.deniedGates { try await serving.deploy(weights: path) } == ["lease", "weights"])
    let told = try await serving.plane.evidence(.leaseDisputed)
    #expect(told.count == 1 && told.first?["revocation_count"] == 0 && told.first?["held_count"] == 1)
    #expect(serving.plane.log.lines.contains { $0.contains("name other revocations") })
    #expect(try serving.serving.health().0.contains("other revocations"))
    #expect(try await serving.plane.waiting(.revocationPublish).count == 1, "an honest governance is told again")

    serving.plane.clock.step(seconds: 1)
    try await serving.lease(serving.house.lease(over: [revocation], at: serving.plane.clock.now()))
    try await serving.deploy(weights: path)
    #expect(try serving.serving.health().0 == "ok")
    #expect(try await serving.plane.evidence(.leaseLive).count == 2)
  }

  @Test func aLeaseThatNamesARevocationBeforeItHasComeIsTakenOnceItHas() async throws {
    let serving = try await leasedHouse()
    let revocation = try serving.house.revocation(of: TestHouse.result(model: "rose", weights: "other weights"))
    let lease = try serving.house.lease(over: [revocation])
    #expect(try await serving.lease(lease).revocationCount == 0)
    #expect(try await !serving.authorize(hash: TestHouse.result().weightsHash).passed)
    try await serving.passedBack(revocation)
    #expect(try await serving.lease(lease).revocationCount == 1)
    #expect(try await serving.authorize(hash: TestHouse.result().weightsHash).passed)
    #expect(try await serving.plane.evidence(.leaseDisputed).isEmpty)
  }

  // Taken.

  @Test func underALeaseModelsAreDeployedAndDecisionsEndWithIt() async throws {
    let serving = try await leasedHouse()
    try await serving.lease(serving.house.lease())
    try await serving.deploy(weights: serving.weights())
    serving.plane.clock.step(seconds: 290)
    let decision = try await serving.decision()
    #expect(decision["valid_until"] == .string(ended.attestationText))
    #expect(gate(decision, "lease") == "governance's lease lives until \(ended)")
  }

  @Test func whenItEndsNothingIsDeployedAndWhatRunsGoesOnForItsGrace() async throws {
    let serving = try await leasedHouse()
    try await serving.lease(serving.house.lease())
    let path = try serving.weights()
    try await serving.deploy(weights: path)
    serving.plane.clock.step(seconds: 300)
    #expect(try await serving.deniedGates { try await serving.deploy(weights: path) } == ["lease", "weights"])
    #expect(try await serving.authorize(hash: TestHouse.result().weightsHash).passed)
    let stale = try await serving.decision()
    #expect(stale["verificationResult"] == "PASSED" && gate(stale, "lease")?.hasPrefix("stale") == true)
    serving.plane.clock.step(seconds: 3600)
    #expect(try await serving.authorize() == (false, ["lease"]))
    #expect(serving.served() != nil, "it is denied and not ended")
    // Undeploying needs none.
    try await serving.plane.send(
      .modelUndeploy,
      ModelUndeploy(modelID: ModelID(checked: "iris"), environment: EnvironmentName(checked: "staging")),
      as: "ci", on: .deploy)
    #expect(serving.served() == nil)
  }

  @Test func anApprovedModelThatDoesNotRunHasNoGrace() async throws {
    let serving = try await leasedHouse()
    try await serving.lease(serving.house.lease())
    #expect(try await serving.authorize(hash: TestHouse.result().weightsHash).passed)
    serving.plane.clock.step(seconds: 300)
    #expect(try await serving.authorize(hash: TestHouse.result().weightsHash) == (false, ["lease"]))
  }

  @Test func aRestartKeepsTheLease() async throws {
    let serving = try await leasedHouse()
    try await serving.lease(serving.house.lease())
    let restarted = try await serving.restarted()
    try await restarted.deploy(weights: restarted.weights())
  }

  @Test func aStoredLeaseThatSomebodyChangedIsNone() async throws {
    let serving = try await leasedHouse()
    try await serving.lease(serving.house.lease())
    let forged = try serving.house.lease(by: "alice", seconds: 300)
    try await serving.plane.tamper("UPDATE lease SET envelope = ?", [forged.serialized.data])
    let restarted = try await serving.restarted()
    #expect(try await restarted.authorize(hash: TestHouse.result().weightsHash) == (false, ["lease"]))
  }

  @Test func bytesThatAreNoLeaseKeepThePlaneFromNothingAndTheNextLeaseTakesTheirPlace() async throws {
    let serving = try await leasedHouse()
    try await serving.lease(serving.house.lease())
    try await serving.plane.tamper("UPDATE lease SET envelope = ?", [[UInt8]("no lease".utf8).data])
    let restarted = try await serving.restarted()
    #expect(try await restarted.authorize(hash: TestHouse.result().weightsHash) == (false, ["lease"]))
    try await restarted.lease(restarted.house.lease())
    #expect(try await restarted.authorize(hash: TestHouse.result().weightsHash).passed)
    #expect(try await !restarted.revoke(restarted.house.revocation()).isEmpty)
  }

  @Test func theEvidenceTellsOfTheLossAndTheReturnAndNotOfEachLease() async throws {
    let serving = try await leasedHouse()
    for _ in 0..<5 {
      try await serving.lease(serving.house.lease(at: serving.plane.clock.now()))
      await serving.serving.leaseWatch.look()
      serving.plane.clock.step(seconds: 100)
    }
    #expect(try await serving.plane.evidence(.leaseLive).count == 1)
    serving.plane.clock.step(seconds: 300)
    for _ in 0..<3 { await serving.serving.leaseWatch.look() }
    #expect(try await serving.plane.evidence(.leaseLost).count == 1)
    #expect(try serving.serving.health().0.contains("lease ended"))
    try await serving.lease(serving.house.lease(at: serving.plane.clock.now()))
    #expect(try await serving.plane.evidence(.leaseLive).count == 2)
    #expect(try serving.serving.health().0 == "ok")
  }

  @Test func aLeaseThatClaimsToLiveLongerThanThePolicyAllowsDoesNotEndUnnoticed() async throws {
    let serving = try await leasedHouse()
    try await serving.lease(serving.house.lease(seconds: 10 * 365 * 86_400))
    serving.plane.clock.step(seconds: 299)
    await serving.serving.leaseWatch.look()
    #expect(try serving.serving.health().0 == "ok")
    serving.plane.clock.step(seconds: 1)
    await serving.serving.leaseWatch.look()
    #expect(try await serving.plane.evidence(.leaseLost).count == 1)
    #expect(try serving.serving.health().0.contains("lease ended at \(ended)"))
  }

  @Test func aLeaseOfAClockThatWasSetBackDoesNotShutOutTheOnesThatFollow() async throws {
    let serving = try await leasedHouse()
    serving.plane.clock.step(seconds: 86_400)
    try await serving.lease(serving.house.lease(at: serving.plane.clock.now()))
    serving.plane.clock.step(seconds: -86_400)
    // Until an operator has accepted the clock every message is too old.
    let now = serving.plane.clock.now().microseconds
    try await serving.plane.context.database.commit { try ClockHighWater.accept(now, in: $0) }
    try await serving.lease(serving.house.lease(at: serving.plane.clock.now()))
    let decision = try await serving.decision(hash: TestHouse.result().weightsHash)
    #expect(gate(decision, "lease")?.contains("lives until") == true)
    #expect(ServingHouse.verdict(decision).failed == ["clock"])
  }

  @Test func itSaysWhatItHolds() async throws {
    let serving = try await leasedHouse()
    try await serving.publish(
      TestHouse.result(model: "rose", weights: "other weights"), id: "approval:0000000000000002")
    let body = try await serving.plane.send(
      .leasePublish, LeasePublication(lease: serving.house.lease()), as: "governance-plane", on: .control)
    let head = try #require(body["checkpoint"]?.string.map { try UnverifiedNote($0) })
    _ = try serving.plane.context.log(of: .serving).shown(head)
    #expect(
      body == [
        "revocation_count": 0, "revocation_head": .string(RevocationChain.seed.description), "approval_count": 2,
        "checkpoint": .string(head.description), "cosignature": .null,
      ])
  }
}
