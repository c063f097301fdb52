import Attestations
import Drift
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@testable import ServingPlane

/// Governance's signature alone: only of what this plane itself has reported from where a trust root let drift revoke.
@Suite struct AutomaticRevocationTests {
  private static let rule = AutomaticRevocation(severity: 0.8)
  private static let approvalID = "approval:0000000000000001"

  private func house(autoRevoke: AutomaticRevocation? = rule, leaseSeconds: Int? = nil) async throws -> ServingHouse {
    let serving = try await ServingHouse(house: TestHouse(leaseSeconds: leaseSeconds, autoRevoke: autoRevoke))
    try await publish(on: serving)
    if leaseSeconds != nil { try await serving.lease(serving.house.lease()) }
    return serving
  }

  private func publish(on serving: ServingHouse) async throws {
    try await serving.publish(
      id: Self.approvalID, environments: ["staging", "production"], required: 2,
      signers: ["alice", "bob", "governance-plane"])
  }

  private func revocation(_ serving: ServingHouse, by signer: String = "governance-plane") throws -> UnverifiedEnvelope
  {
    let result = TestHouse.result()
    let automatic = ModelRevocation(
      approvalID: nil, modelID: result.modelID, weightsHash: result.weightsHash, revokedBy: .driftDetector,
      reason: "Severe drift detected (1 metrics) in staging", revokedAt: serving.plane.clock.now(),
      driftCheckDigest: Digest(hashing: [1]))
    return try UnverifiedEnvelope(attesting: automatic, by: [serving.house.key(signer)])
  }

  /// What this plane reported of a window, or what somebody else writes in its place.
  private func observation(
    _ serving: ServingHouse, of result: TrainingResult = TestHouse.result(), environment: String = "staging",
    servedBy server: String = "serving-plane"
  ) throws -> UnverifiedEnvelope {
    let approval = TestHouse.approval(of: try serving.house.trainingOutput(result), result, id: Self.approvalID)
    let window = TestHouse.window(1, shift: 0.5, environment: environment, model: result.modelID.text)
    return try serving.house.observation(window, of: approval, at: serving.plane.clock.now(), servedBy: server)
  }

  private func refused(_ serving: ServingHouse, with observation: UnverifiedEnvelope?) async throws -> ErrorCode? {
    try await refusal { try await serving.told(revocation(serving), observation) }?.code
  }

  // MARK: Refused

  @Test func aStolenGovernanceKeyCannotRevokeWhereNoPolicyLetsDrift() async throws {
    let serving = try await house(autoRevoke: nil)
    try await serving.deploy(weights: serving.weights())
    #expect(try await refused(serving, with: observation(serving)) == .policyFailed)
    #expect(serving.served() == "weights one")
  }

  @Test func aStolenGovernanceKeyCannotRevokeWhatNobodyObserved() async throws {
    let serving = try await house()
    try await serving.deploy(weights: serving.weights())
    #expect(try await refused(serving, with: nil) == .forbidden)
    #expect(serving.served() == "weights one")
  }

  @Test func aStolenGovernanceKeyCannotRevokeWhatRunsElsewhere() async throws {
    let serving = try await house()
    try await serving.deploy("production", weights: serving.weights())
    #expect(try await refused(serving, with: observation(serving, environment: "production")) == .forbidden)
    #expect(serving.served("production") == "weights one")
  }

  @Test(arguments: ["governance-plane", "metrics", "alice"]) func nobodyElseWritesTheObservation(name: String)
    async throws
  {
    let serving = try await house()
    try await serving.deploy(weights: serving.weights())
    #expect(try await refused(serving, with: observation(serving, servedBy: name)) == .forbidden)
    #expect(serving.served() == "weights one")
  }

  @Test func anObservationOfOtherWeightsOrOfAnotherModelIsNoWarrant() async throws {
    let serving = try await house()
    try await serving.deploy(weights: serving.weights())
    for other in [TestHouse.result(weights: "weights two"), TestHouse.result(model: "other")] {
      #expect(try await refused(serving, with: observation(serving, of: other)) == .forbidden)
    }
    #expect(serving.served() == "weights one")
  }

  @Test(arguments: ["serving-plane", "metrics", "alice"]) func onlyGovernanceSignsForTheDriftDetector(name: String)
    async throws
  {
    let serving = try await house()
    try await serving.deploy(weights: serving.weights())
    let forged = try revocation(serving, by: name)
    #expect(try await refusal { try await serving.told(forged, observation(serving)) }?.code == .policyFailed)
  }

  @Test func governanceStillCannotRevokeInAPersonsName() async throws {
    let serving = try await house()
    try await serving.deploy(weights: serving.weights())
    let forged = try serving.house.revocation(
      by: "alice", signedBy: ["governance-plane"], at: serving.plane.clock.now())
    #expect(try await refusal { try await serving.told(forged, observation(serving)) }?.code == .policyFailed)
  }

  // MARK: Taken

  @Test func driftUndeploysWhereThePolicyLetsIt() async throws {
    let serving = try await house()
    try await serving.deploy(weights: serving.weights())
    try await serving.told(revocation(serving), observation(serving))
    #expect(serving.served() == nil)
    #expect(try await serving.authorize(hash: TestHouse.result().weightsHash).failed.contains("revocation"))
    let restarted = try await serving.restarted()
    #expect(try await restarted.authorize(hash: TestHouse.result().weightsHash).failed.contains("revocation"))
  }

  /// Governance revoked while it still might, and its lease names the revocation from then on.
  @Test func leasesAgreeThoughThePolicyHasStoppedLettingDriftRevoke() async throws {
    let serving = try await house(leaseSeconds: 300)
    try await serving.deploy(weights: serving.weights())
    let (revocation, observation) = (try revocation(serving), try observation(serving))
    let stricter = try serving.house.next { draft in
      draft.policy = try draft.policy.setting(["auto_revoke": .null], of: EnvironmentName(checked: "staging"))
    }
    try await serving.plane.accept(stricter)
    try await serving.told(revocation, observation)
    #expect(serving.served() == nil)
    try await expectLeasesAgree(serving, under: stricter.root, over: [revocation])
  }

  /// The database is of before the deployment: nothing in it says that the weights ever ran.
  @Test func leasesAgreeThoughServingForgotTheDeployment() async throws {
    let serving = try await house(leaseSeconds: 300)
    try await serving.deploy(weights: serving.weights())
    let (revocation, observation) = (try revocation(serving), try observation(serving))
    let restored = try await ServingHouse(house: serving.house)
    try await publish(on: restored)
    try await restored.told(revocation, observation)
    try await expectLeasesAgree(restored, under: restored.house.root, over: [revocation])
    let path = try restored.weights()
    let denied = try await restored.deniedGates { try await restored.deploy(weights: path) }
    #expect(denied?.contains("revocation") == true)
  }

  /// Governance has lost the check too, and sends no observation. What an approver revokes needs no warrant to be revoked again.
  @Test func anApproversRevocationOfTheSameWeightsMakesLeasesAgree() async throws {
    let serving = try await house(leaseSeconds: 300)
    try await serving.deploy(weights: serving.weights())
    let (automatic, byAlice) = (try revocation(serving), try serving.house.revocation())
    #expect(try await refused(serving, with: nil) == .forbidden)
    try await serving.revokedEverywhere(byAlice)
    try await serving.told(automatic, nil)
    try await expectLeasesAgree(serving, under: serving.house.root, over: [automatic, byAlice])
  }

  private func expectLeasesAgree(
    _ serving: ServingHouse, under root: VerifiedTrustRoot, over revocations: [UnverifiedEnvelope],
    _ location: SourceLocation = #_sourceLocation
  ) async throws {
    serving.plane.clock.step(seconds: 1)
    let lease = try serving.house.lease(over: revocations, root: root, at: serving.plane.clock.now())
    let receipt = try await serving.lease(lease)
    #expect(receipt.names(RevocationChain(revocations.map(\.payloadDigest))), sourceLocation: location)
    #expect(try await serving.plane.context.database.read { try LeaseStore().dispute(in: $0) } == nil)
  }
}
