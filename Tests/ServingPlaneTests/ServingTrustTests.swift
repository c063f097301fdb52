import Attestations
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@testable import ServingPlane

/// The serving plane under the next trust root: what it accepted before, and what it is shown afterwards.
@Suite struct ServingTrustTests {
  let serving: ServingHouse
  let output: UnverifiedEnvelope
  var house: TestHouse { serving.house }
  let quorum = ["alice", "bob", "governance-plane"]

  init() async throws {
    serving = try await ServingHouse()
    output = try serving.house.trainingOutput()
  }

  @Test func aRetiredKeysSignatureSlippedIntoAnOldProposalByGovernancesKeyDoesNotCount() async throws {
    try await publish(signers: ["alice", "governance-plane"])
    try await serving.plane.accept(house.next { $0.retire("bob") })
    try await publish(signers: quorum)
    #expect(try await authorize().failed == ["quorum"])
  }

  @Test func aBackdatedApprovalOfARetiredApproverDoesNotCount() async throws {
    try await serving.plane.accept(house.next { $0.retire("bob") })
    serving.plane.clock.step(seconds: 86_400)
    try await publish(signers: quorum, at: TestHouse.epoch)
    #expect(try await authorize().failed == ["quorum"])
  }

  @Test func whatARetiredApproverSignedBeforeCountsOn() async throws {
    try await running()
    let next = try house.next { $0.retire("bob") }
    try await serving.plane.accept(next)
    #expect(try await serving.authorize("production").passed)
    // Shown again, as a restarted governance does.
    try await publish(signers: quorum)
    #expect(try await serving.authorize("production").passed)
    try serving.plane.context.database.close()
    let restarted = try await ServingHouse(
      house: next, directory: serving.plane.directory, models: serving.models, at: serving.plane.clock.now())
    #expect(try await restarted.authorize("production").passed)
    #expect(restarted.served("production") != nil)
  }

  @Test func aRemovedApproversSignatureCountsNowhereWhateverWasAccepted() async throws {
    try await running()
    try await serving.plane.accept(house.next { $0.remove("bob") })
    #expect(try await serving.authorize("production").failed == ["quorum"])
    try await publish(signers: quorum)
    #expect(try await serving.authorize("production").failed == ["quorum"])
    #expect(try await serving.deniedGates { try await serving.deploy("production") }?.contains("quorum") == true)
  }

  @Test func aThirdApproverHealsWhatARemovalBroke() async throws {
    try await running()
    try await serving.plane.accept(house.next { $0.remove("bob") })
    try await publish(signers: ["alice", "carol", "governance-plane"])
    #expect(try await serving.authorize("production").passed)
  }

  @Test func aRaisedThresholdAppliesToWhatRuns() async throws {
    try await serving.publish(output: output)
    try await serving.deploy(weights: serving.weights())
    #expect(try await serving.authorize().passed)
    try await serving.plane.accept(house.next { try $0.require(2, in: "staging") })
    #expect(try await serving.authorize().failed == ["quorum"])
    try await serving.publish(signers: ["alice", "carol", "governance-plane"], output: output)
    #expect(try await serving.authorize().passed)
  }

  @Test func aGroupThatMustSignFromNowOnAppliesToWhatRuns() async throws {
    try await running(signers: ["bob", "carol", "governance-plane"], by: "bob")
    try await serving.plane.accept(
      house.next {
        $0.policy = try $0.policy.setting(["all_of": ["risk"]], of: EnvironmentName(checked: "production"))
      })
    #expect(try await serving.authorize("production").failed == ["quorum"])
  }

  @Test func anEnvironmentThatThePolicyDroppedIsDenied() async throws {
    try await running()
    try await serving.plane.accept(
      house.next { $0.policy = $0.policy.removing(EnvironmentName(checked: "production")) })
    #expect(try await serving.authorize("production").failed.contains("environment"))
  }

  @Test func aReplacedTrainingKeySpoilsNothingThatWasAccepted() async throws {
    try await running()
    let next = try newKey(of: "training-plane")
    try await serving.plane.accept(next)
    #expect(try await serving.authorize("production").passed)
    let other = "approval:0000000000000009"
    let refusal = try await refusal { try await publish(id: other, signers: quorum) }
    #expect(refusal?.code == .policyFailed)
    #expect(refusal?.message.contains("training key") == true, "\(String(describing: refusal))")
    // The same payload, signed by the new key: an approval of it is taken, and the earlier one is none the worse for it.
    let again = try UnverifiedEnvelope(
      signing: output.payload, as: .statement, by: [next.key("training-plane")])
    try await publish(id: other, signers: quorum, output: again)
    for id in [other, "approval:0000000000000001"] {
      #expect(
        try await serving.authorize("production", hash: TestHouse.result().weightsHash, approval: id).passed)
    }
  }

  @Test func aRemovedSubmittersModelIsDeniedAndARetiredOnesIsNot() async throws {
    try await running()
    let retired = try house.next { $0.retire("trainer") }
    try await serving.plane.accept(retired)
    #expect(try await serving.authorize("production").passed)
    try await serving.plane.accept(retired.next { $0.remove("trainer") })
    #expect(try await serving.authorize("production").failed.contains("training"))
  }

  @Test func afterItsKeyWasReplacedOnlyGovernancesNewSignatureCounts() async throws {
    try await running()
    let next = try newKey(of: "governance-plane")
    try await serving.plane.accept(next)
    #expect(try await serving.authorize("production").failed == ["approval"])
    let old = try await refusal { try await publish(signers: quorum) }
    #expect(old?.code == .unauthenticated)
    try await publish(signers: quorum, signedBy: next)
    #expect(try await serving.authorize("production").passed)
  }

  @Test func aRetiredDeployerIsNobody() async throws {
    try await running()
    try await serving.plane.accept(house.next { $0.retire("ci") })
    let refusal = try await refusal { _ = try await serving.authorize("production") }
    #expect(refusal?.code == .unauthenticated)
  }

  @Test(arguments: ["retired", "removed", "without its key"])
  func aDeployIsNotMadeWhenItsDeployerLeftWhileTheWeightsWereRead(_ change: String) async throws {
    try await serving.publish(output: output)
    let body = ModelDeploy(
      modelID: ModelID(checked: "iris"), environment: EnvironmentName(checked: "staging"), scope: nil, approvalID: nil,
      weightsPath: try serving.weights())
    let context = serving.plane.context
    let message = try OutgoingRequest(
      .modelDeploy, body: body.fields, from: house.principal("ci").id, to: context.principal.id,
      signer: house.key("ci"), now: serving.plane.clock.now())
    let request = try Admission(plane: context.principal.id, root: house.root)
      .admit(message.frame, on: .deploy, now: serving.plane.clock.now())
    let key = try SecretKey.generate()
    try await serving.plane.accept(
      house.next(newKeys: ["ci": key]) { draft in
        switch change {
        case "retired": draft.retire("ci")
        case "removed": draft.remove("ci")
        default: draft.replaceKey(of: "ci", with: key)
        }
      })
    let refusal = try await refusal { _ = try await serving.serving.review.service.deploy(body, for: request) }
    #expect(refusal?.code == .forbidden)
    #expect(serving.served() == nil)
    #expect(try await serving.plane.evidence(.deploymentIntended).isEmpty)
  }

  @Test func aRevocationThatGovernancePassesOnStopsThoughItsRevokerHasLeft() async throws {
    try await running()
    let revocation = try house.revocation(by: "bob")
    try await serving.plane.accept(house.next { $0.remove("bob") })
    #expect(try await refusal { _ = try await serving.revoke(revocation, as: "bob") }?.code == .unauthenticated)
    try await serving.passedBack(revocation)
    #expect(try await serving.authorize("production").failed.contains("revocation"))
    #expect(serving.served("production") == nil)
  }

  @Test func aRestartKeepsWhatWasRevokedByWhoHasLeft() async throws {
    try await running()
    _ = try await serving.revoke(house.revocation(by: "bob"), as: "bob")
    let next = try house.next { $0.remove("bob") }
    try await serving.plane.accept(next)
    try serving.plane.context.database.close()
    let restarted = try await ServingHouse(
      house: next, directory: serving.plane.directory, models: serving.models, at: serving.plane.clock.now())
    #expect(try await restarted.authorize("production").failed.contains("revocation"))
  }

  // The messages.

  private func publish(
    id: String = "approval:0000000000000001", signers: [String], output: UnverifiedEnvelope? = nil,
    by proposer: String = "alice", at time: Timestamp = TestHouse.epoch, signedBy signing: TestHouse? = nil
  ) async throws {
    let signing = signing ?? house
    let output = output ?? self.output
    let approval = TestHouse.approval(
      of: output, by: proposer, id: id, environments: ["production"], required: 2, at: time)
    try await serving.plane.send(
      .approvalPublish,
      ApprovalPublication(approval: try signing.signed(approval, by: signers), trainingOutput: output),
      as: "governance-plane", on: .control, signedBy: signing.key("governance-plane"))
  }

  private func running(
    signers: [String]? = nil, by proposer: String = "alice"
  ) async throws {
    try await publish(signers: signers ?? quorum, by: proposer)
    try await serving.deploy("production", weights: serving.weights())
    #expect(try await serving.authorize("production").passed)
  }

  private func authorize() async throws -> (passed: Bool, failed: [String]) {
    try await serving.authorize("production", hash: TestHouse.result().weightsHash)
  }

  private func newKey(of plane: String) throws -> TestHouse {
    let key = try SecretKey.generate()
    return try house.next(newKeys: [plane: key]) { $0.replaceKey(of: plane, with: key) }
  }
}
