import Attestations
import Foundation
import PlaneContract
import Signing
import Storage
import TestSupport
import Testing
import Wire

@testable import Daemon
@testable import ServingPlane

/// A revocation ends what runs, for ever, whatever else is wrong.
@Suite struct ServingRevocationTests {
  @Test func aRevocationOfAClockThatWasSetBackKeepsNoLaterApprovalOut() async throws {
    let serving = try await ServingHouse()
    serving.plane.clock.step(seconds: 86_400)
    try await serving.passedBack(
      serving.house.revocation(of: TestHouse.result(model: "rose", weights: "other weights")))
    serving.plane.clock.step(seconds: -86_400)
    let now = serving.plane.clock.now().microseconds
    try await serving.plane.context.database.commit { try ClockHighWater.accept(now, in: $0) }
    try await serving.publish()
  }

  @Test func aTombstoneThatCannotBeReadKeepsNoOtherFromBeingToldAgain() async throws {
    let serving = try await ServingHouse()
    for model in ["iris", "rose", "lily"] {
      try await serving.passedBack(serving.house.revocation(of: TestHouse.result(model: model, weights: model)))
    }
    try await serving.plane.tamper(
      "UPDATE tombstone SET envelope = x'00' WHERE digest = (SELECT min(digest) FROM tombstone)")
    let forgetful = PlaneStatus(
      plane: PrincipalID(checked: "governance-plane"), version: "1", startedAt: TestHouse.epoch, trustRootVersion: 1,
      health: "ok",
      counters: ["revocations": 0])
    let reminder = try #require(serving.serving.reminder)
    try await reminder.remind(forgetful, serving.plane.context)
    #expect(try await serving.plane.waiting(.revocationPublish).count == 2)
    #expect(serving.plane.context.evidence.fault?.contains("table tombstone") == true)
  }

  @Test func whatRunsIsUndeployedAtOnceAndStaysRefusedAfterARestart() async throws {
    let serving = try await ServingHouse()
    try await serving.publish()
    try await serving.deploy(weights: serving.weights())
    let dead = try await serving.revoke(serving.house.revocation())
    #expect(dead.map(\.text) == ["approval:0000000000000001"])
    #expect(serving.served() == nil)
    #expect(try await serving.authorize().failed.contains("revocation"))
    let restarted = try await serving.restarted()
    #expect(try await restarted.authorize(hash: TestHouse.result().weightsHash).failed == ["revocation"])
    let path = try restarted.weights()
    #expect(try await restarted.deniedGates { try await restarted.deploy(weights: path) } == ["revocation", "weights"])
  }

  @Test func aRevokedApprovalStaysDeadWhenItIsPublishedAgain() async throws {
    let serving = try await ServingHouse()
    let output = try serving.house.trainingOutput()
    try await serving.publish(output: output)
    try await serving.revokedEverywhere(serving.house.revocation())
    try await serving.publish(output: output)
    #expect(try await serving.authorize(hash: TestHouse.result().weightsHash).failed == ["revocation"])
    let restarted = try await serving.restarted()
    try await restarted.publish(output: output)
    #expect(try await restarted.authorize(hash: TestHouse.result().weightsHash).failed == ["revocation"])
  }

  @Test func anApprovalIDIsNeverUsedForAnotherApproval() async throws {
    let serving = try await ServingHouse()
    try await serving.publish()
    let other = try await refusal { try await serving.publish(environments: ["staging", "production"]) }
    #expect(other?.code == .conflict)
  }

  @Test func anApprovalThatArrivesAfterItsRevocationIsDeadOnArrival() async throws {
    let serving = try await ServingHouse()
    try await serving.revokedEverywhere(serving.house.revocation())
    try await serving.publish()
    #expect(try await serving.authorize(hash: TestHouse.result().weightsHash).failed == ["revocation"])
  }

  @Test func anApprovalMadeAfterTheRevocationLives() async throws {
    let serving = try await ServingHouse()
    try await serving.revokedEverywhere(serving.house.revocation())
    serving.plane.clock.step(seconds: 60)
    try await serving.publish(at: serving.plane.clock.now())
    #expect(try await serving.authorize(hash: TestHouse.result().weightsHash).passed)
  }

  @Test func anApprovalHeldAtTheRevocationDiesThoughItIsDatedLater() async throws {
    let serving = try await ServingHouse()
    try await serving.publish(at: TestHouse.epoch.adding(seconds: 20))
    _ = try await serving.revoke(serving.house.revocation())
    serving.plane.clock.step(seconds: 60)
    #expect(try await serving.authorize(hash: TestHouse.result().weightsHash).failed == ["revocation"])
  }

  /// Governance gave up waiting for the answer, took the revocation, and the revoker's clock is slow.
  @Test func anApprovalThatItsRevocationOvertookOnTheWayIsNotTaken() async throws {
    let serving = try await ServingHouse()
    let output = try serving.house.trainingOutput()
    let approval = try serving.house.signed(TestHouse.approval(of: output), by: ["alice", "governance-plane"])
    let publication = ApprovalPublication(approval: approval, trainingOutput: output)
    let late = try OutgoingRequest(
      .approvalPublish, body: publication.fields, from: serving.house.principal("governance-plane").id,
      to: serving.plane.context.principal.id, signer: serving.house.key("governance-plane"),
      now: serving.plane.clock.now())
    serving.plane.clock.step(seconds: 20)
    let revocation = try serving.house.revocation(at: TestHouse.epoch.adding(seconds: -60))
    try await serving.passedBack(revocation)

    let reply = try await serving.plane.exchange(late.frame, on: .control)
    let refusal = try await refusal { _ = try late.result(of: reply, from: serving.plane.context.principal) }
    #expect(refusal?.code == .unavailable && refusal?.code.isTransient == true, "\(String(describing: refusal))")
    #expect(try await serving.authorize(hash: TestHouse.result().weightsHash).failed.contains("approval"))
    // What governance writes after the revocation is a newer approval, and lives.
    serving.plane.clock.step(seconds: 1)
    try await serving.publish(output: output)
    #expect(try await serving.authorize(hash: TestHouse.result().weightsHash).passed)
  }

  /// Serving heard of it first, and the revoker's clock is slow.
  @Test func anApprovalOfRevokedWeightsWaitsUntilGovernanceKnowsAlsoAfterARestart() async throws {
    var serving = try await ServingHouse()
    let (house, output) = (serving.house, try serving.house.trainingOutput())
    let revocation = try house.revocation(at: TestHouse.epoch.adding(seconds: -60))
    _ = try await serving.revoke(revocation)
    #expect(try await refusal { try await serving.publish(output: output) }?.code == .unavailable)
    serving = try await serving.restarted(at: TestHouse.epoch.adding(seconds: 1))
    #expect(try await refusal { try await serving.publish(output: output) }?.code == .unavailable)
    try await serving.passedBack(revocation)
    serving.plane.clock.step(seconds: 1)
    try await serving.publish(output: output)
    #expect(try await serving.authorize(hash: TestHouse.result().weightsHash).passed)
  }

  @Test func aRevocationIsTakenUnderAnExpiredRootAndGovernanceIsTold() async throws {
    let house = try TestHouse(expiresAt: TestHouse.epoch.adding(days: 1))
    let serving = try await ServingHouse(house: house)
    try await serving.publish()
    try await serving.deploy(weights: serving.weights())
    serving.plane.clock.step(seconds: 2 * 86_400)
    _ = try await serving.revoke(house.revocation(at: serving.plane.clock.now()))
    #expect(serving.served() == nil)
    #expect(try await serving.plane.waiting(.revocationPublish).count == 1)
  }

  @Test func oneRevocationSentTwiceIsOneTombstone() async throws {
    let serving = try await ServingHouse()
    try await serving.publish()
    let revocation = try serving.house.revocation()
    #expect(try await serving.revoke(revocation) == serving.revoke(revocation))
    #expect(try await serving.plane.evidence(.modelApprovalRevoked).count == 1)
  }

  @Test func nobodyRevokesInAnothersNameOrDatedAhead() async throws {
    let serving = try await ServingHouse()
    let forged = try serving.house.revocation(by: "alice", signedBy: ["bob"])
    #expect(try await refusal { _ = try await serving.revoke(forged, as: "bob") }?.code == .policyFailed)
    let borrowed = try serving.house.revocation(by: "alice")
    #expect(try await refusal { _ = try await serving.revoke(borrowed, as: "bob") }?.code == .forbidden)
    let ahead = try serving.house.revocation(at: TestHouse.epoch.adding(seconds: 31))
    #expect(try await refusal { _ = try await serving.revoke(ahead) }?.code == .policyFailed)
    let governance = try serving.house.revocation(by: "governance-plane")
    #expect(
      try await refusal {
        try await serving.plane.send(
          .revocationPublish, Revocation(revocation: governance), as: "governance-plane", on: .control)
      }?.code == .policyFailed)
  }

  @Test func aTombstoneChangedInTheDatabaseKeepsThePlaneFromStarting() async throws {
    let serving = try await ServingHouse()
    _ = try await serving.revoke(serving.house.revocation())
    let other = try serving.house.revocation(of: TestHouse.result(weights: "others"))
    try await serving.plane.tamper("UPDATE tombstone SET envelope = ?", [other.serialized.data])
    await #expect(throws: StorageError.self) { _ = try await serving.restarted() }
  }

  @Test func aTombstoneDeletedFromTheDatabaseKeepsThePlaneFromStarting() async throws {
    let serving = try await ServingHouse()
    _ = try await serving.revoke(serving.house.revocation())
    try await serving.plane.tamper("DELETE FROM tombstone_approval")
    try await serving.plane.tamper("DELETE FROM tombstone")
    await #expect(throws: StorageError.self) { _ = try await serving.restarted() }
  }

  @Test func aModelWhoseApprovalRowWasBrokenIsUndeployedAllTheSame() async throws {
    let serving = try await ServingHouse()
    try await serving.publish()
    try await serving.deploy(weights: serving.weights())
    try await serving.plane.tamper("UPDATE approval SET approval_id = 'approval:other'")
    try await serving.publish(TestHouse.result(weights: "more", run: "run-2"), id: "approval:2")
    _ = try await serving.revoke(serving.house.revocation())
    #expect(serving.served() == nil)
  }

  @Test func onePlaceThatCannotBeEndedKeepsNoOtherWaiting() async throws {
    let serving = try await ServingHouse()
    let other = TestHouse.result(model: "other", weights: "weights two", run: "run-2")
    try await serving.publish()
    try await serving.publish(other, id: "approval:2")
    try await serving.deploy(weights: serving.weights())
    try await serving.deploy(weights: serving.weights("weights two", named: "two.bin"), model: "other")
    // A directory with something in it cannot be removed as the link that it has replaced.
    let stuck = "\(serving.plane.directory.path)/deployments/staging/iris/current"
    try FileManager.default.removeItem(atPath: stuck)
    try FileManager.default.createDirectory(atPath: "\(stuck)/obstacle", withIntermediateDirectories: true)
    _ = try await serving.revoke(serving.house.revocation())
    _ = try await serving.revoke(serving.house.revocation(of: other))
    #expect(serving.served(model: "other") == nil)
    let page = try Page<DeploymentSummary>(
      await serving.plane.send(.deploymentList, DeploymentList(), as: "ci", on: .servingRead))
    #expect(page.items.map(\.modelID.text) == ["iris"] && page.items.map(\.state) == [.undeploying])
    try FileManager.default.removeItem(atPath: stuck)
    let restarted = try await serving.restarted()
    #expect(try await restarted.plane.evidence(.modelUndeployed).count == 2)
  }

  @Test func aNamedApprovalOfOtherWeightsDoesNotProtectTheWeights() async throws {
    let serving = try await ServingHouse()
    let other = TestHouse.result(weights: "weights two", run: "run-2")
    try await serving.publish()
    try await serving.publish(other, id: "approval:2")
    let dead = try await serving.revoke(serving.house.revocation(approvalID: "approval:2"))
    #expect(Set(dead.map(\.text)) == ["approval:0000000000000001", "approval:2"])
    #expect(try await serving.authorize(hash: TestHouse.result().weightsHash).failed == ["revocation"])
    #expect(try await serving.authorize(hash: other.weightsHash).failed == ["revocation"])
  }

  private func refusal(_ body: () async throws -> Void) async throws -> Refusal? {
    try await TestSupport.refusal(of: body)
  }
}
