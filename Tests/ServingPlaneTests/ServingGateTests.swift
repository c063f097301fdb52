import Attestations
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@testable import ServingPlane

/// What a deployer is refused, and by which gates.
@Suite struct ServingGateTests {
  @Test func anUnapprovedModelIsRefusedWithEveryFailedGateNamed() async throws {
    let serving = try await ServingHouse()
    let path = try serving.weights()
    let failed = try await serving.deniedGates { try await serving.deploy(weights: path) }
    #expect(failed == ["approval", "training", "quorum", "validity", "environment", "scope", "revocation", "weights"])
  }

  @Test func aPendingApprovalIsRefusedByApprovalAndQuorum() async throws {
    let serving = try await ServingHouse()
    let path = try serving.weights()
    try await serving.publish(environments: ["production"], required: 2, signers: ["alice"])
    let refusal = try await refusal { try await serving.deploy("production", weights: path) }
    #expect(ServingHouse.verdict(refusal?.decision ?? [:]).failed == ["approval", "quorum", "weights"])
    #expect(refusal?.message.contains("1 of 2 approvers have signed") == true)
  }

  @Test func governancesKeyAloneCannotMakeUpAQuorum() async throws {
    let serving = try await ServingHouse()
    let path = try serving.weights()
    try await serving.publish(environments: ["production"], required: 2, signers: ["alice", "governance-plane"])
    let failed = try await serving.deniedGates { try await serving.deploy("production", weights: path) }
    #expect(failed == ["quorum", "weights"])
  }

  @Test func aPersonWithTwoNamesCountsOnce() async throws {
    let serving = try await ServingHouse()
    let path = try serving.weights()
    let output = try serving.house.trainingOutput()
    let approval = TestHouse.approval(of: output, by: "bob", environments: ["production"], required: 2)
    let envelope = try serving.house.signed(approval, by: ["bob", "bob-laptop", "governance-plane"])
    try await serving.plane.send(
      .approvalPublish, ApprovalPublication(approval: envelope, trainingOutput: output), as: "governance-plane",
      on: .control)
    let failed = try await serving.deniedGates { try await serving.deploy("production", weights: path) }
    #expect(failed == ["quorum", "weights"])
  }

  @Test func anApprovalThatOnlyNonApproversSignedIsNotTaken() async throws {
    let serving = try await ServingHouse()
    let output = try serving.house.trainingOutput()
    let approval = TestHouse.approval(of: output, by: "ci")
    let envelope = try serving.house.signed(approval, by: ["ci", "governance-plane"])
    let refused = try await refusal {
      try await serving.plane.send(
        .approvalPublish, ApprovalPublication(approval: envelope, trainingOutput: output), as: "governance-plane",
        on: .control)
    }
    #expect(refused?.code == .policyFailed)
  }

  @Test func aTrainingOutputThatTrainingsKeyAlteredIsNotTaken() async throws {
    let serving = try await ServingHouse()
    let altered = TestHouse.result(weights: "weights that nobody trained")
    let output = try serving.house.trainingOutput(TestHouse.result(), attested: altered)
    let refused = try await refusal { try await serving.publish(altered, output: output) }
    #expect(refused?.code == .policyFailed)
    #expect(refused?.message.contains("differs from what trainer signed") == true)
  }

  @Test(arguments: ["production", "moon", nil])
  func anEnvironmentThatWasNotApprovedUnknownOrLeftOutIsRefused(_ environment: String?) async throws {
    let serving = try await ServingHouse()
    let path = try serving.weights()
    try await serving.publish()
    let failed = try await serving.deniedGates { try await serving.deploy(environment, weights: path) }
    #expect(failed?.contains("environment") == true)
    #expect(try await !serving.authorize(environment, hash: TestHouse.result().weightsHash).passed)
  }

  @Test func anExpiredApprovalIsRefusedAndOneThatBeginsLaterToo() async throws {
    let serving = try await ServingHouse()
    let path = try serving.weights()
    try await serving.publish(expiresAt: TestHouse.epoch.adding(days: 1))
    serving.plane.clock.step(seconds: 86_400)
    #expect(try await serving.deniedGates { try await serving.deploy(weights: path) } == ["validity", "weights"])
    try await serving.publish(id: "approval:2", at: serving.plane.clock.now().adding(seconds: 3600))
    let failed = try await serving.deniedGates { try await serving.deploy(weights: path, approval: "approval:2") }
    #expect(failed == ["validity", "weights"])
  }

  @Test func aLifeLongerThanTheEnvironmentAllowsIsRefusedWhoeverSignedIt() async throws {
    let serving = try await ServingHouse()
    let path = try serving.weights()
    try await serving.publish(expiresAt: TestHouse.epoch.adding(days: 91))
    #expect(try await serving.deniedGates { try await serving.deploy(weights: path) } == ["validity", "weights"])
  }

  @Test func aClockThatWentBackIsNoticedAlsoAfterARestart() async throws {
    let serving = try await ServingHouse()
    try await serving.publish()
    let before = TestHouse.epoch.adding(seconds: -31)
    let restarted = try await serving.restarted(at: before)
    let path = try restarted.weights()
    let failed = try await restarted.deniedGates { try await restarted.deploy(weights: path) }
    #expect(failed?.contains("clock") == true)
  }

  @Test func aSignedColumnChangedInTheDatabaseIsNoticed() async throws {
    let serving = try await ServingHouse()
    let path = try serving.weights()
    try await serving.publish()
    try await serving.plane.tamper("UPDATE approval SET approval_id = 'approval:other'")
    #expect(try await serving.deniedGates { try await serving.deploy(weights: path) }?.contains("approval") == true)
  }

  @Test func anEnvelopeChangedInTheDatabaseIsNoticed() async throws {
    let serving = try await ServingHouse()
    let path = try serving.weights()
    try await serving.publish()
    let other = try serving.house.signed(
      TestHouse.approval(of: serving.house.trainingOutput(), environments: ["staging", "production"]),
      by: ["governance-plane"])
    try await serving.plane.tamper("UPDATE approval SET envelope = ?", [other.serialized.data])
    #expect(try await serving.deniedGates { try await serving.deploy(weights: path) }?.contains("approval") == true)
  }

  @Test func aSignatureSpoiledInTheDatabaseIsMendedWhenTheApprovalComesAgain() async throws {
    let serving = try await ServingHouse()
    let path = try serving.weights()
    let output = try serving.house.trainingOutput()
    try await serving.publish(output: output)
    let envelope = try serving.house.signed(TestHouse.approval(of: output), by: ["alice", "governance-plane"])
    let spoiled = EnvelopeSignature(keyID: envelope.signatures[1].keyID, bytes: [UInt8](repeating: 7, count: 64))
    let broken = UnverifiedEnvelope(
      payloadType: envelope.payloadType, payload: envelope.payload, signatures: [envelope.signatures[0], spoiled])
    try await serving.plane.tamper("UPDATE approval SET envelope = ?", [broken.serialized.data])
    let restarted = try await serving.restarted()
    #expect(try await restarted.deniedGates { try await restarted.deploy(weights: path) } == ["approval", "weights"])
    try await restarted.publish(output: output)
    try await restarted.deploy(weights: path)
    #expect(restarted.served() == "weights one")
  }

  @Test func authorizeWithoutADigestPassesOnlyForWhatIsDeployedHere() async throws {
    let serving = try await ServingHouse()
    try await serving.publish()
    #expect(try await serving.authorize().failed == ["weights"])
    #expect(try await serving.authorize(hash: TestHouse.result().weightsHash).passed)
    #expect(try await serving.authorize(hash: TestHouse.result(weights: "others").weightsHash).failed == ["weights"])
    try await serving.deploy(weights: serving.weights())
    #expect(try await serving.authorize().passed)
    #expect(try await !serving.authorize(model: "unheard-of").passed)
  }

  private func refusal(_ body: () async throws -> Void) async throws -> Refusal? {
    try await TestSupport.refusal(of: body)
  }
}
