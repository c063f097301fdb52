import Attestations
import PlaneContract
import Signing
import Testing
import Wire

@testable import planectl

/// What a revocation takes from what the two planes say.
@Suite struct KnownUsesTests {
  private func target(_ approval: String?, _ model: String, _ index: Int) -> RevocationTarget {
    RevocationTarget(
      modelID: ModelID(checked: model), weightsHash: Rows.weights[index],
      approvalID: approval.map(ApprovalID.init(checked:)))
  }

  private func matching(
    _ text: String, _ approvals: [ApprovalSummary], _ deployments: [DeploymentSummary] = []
  ) throws -> [RevocationTarget] {
    try RevocationTargets(known: KnownUses(approvals: approvals, deployments: deployments)).matching(text)
  }

  private let approvals = [
    Rows.approval("approval:aa01", "iris", 0), Rows.approval("approval:aa02", "iris", 1),
    Rows.approval("approval:bb01", "iris", 1), Rows.approval("approval:cc01", "other", 2),
  ]

  @Test func aModelMeansAllItsWeightsOnce() throws {
    #expect(try matching("iris", approvals) == [target(nil, "iris", 0), target(nil, "iris", 1)])
  }

  @Test func anApprovalMeansItselfAlone() throws {
    #expect(try matching("approval:bb01", approvals) == [target("approval:bb01", "iris", 1)])
    #expect(try matching("cc", approvals) == [target("approval:cc01", "other", 2)])
  }

  @Test func anAmbiguousOrUnknownBeginningRevokesNothing() {
    #expect(throws: Failure.self) { try matching("aa", approvals) }
    #expect(throws: Failure.self) { try matching("iri", approvals) }
  }

  @Test func whatGovernanceHidesAndServingRunsIsRevoked() throws {
    let running = [Rows.deployment("approval:dd01", 2, .deployed), Rows.deployment("approval:dd00", 0, .superseded)]
    #expect(try matching("iris", [], running) == [target(nil, "iris", 2), target(nil, "iris", 0)])
    #expect(try matching("approval:dd01", [], running) == [target("approval:dd01", "iris", 2)])
    #expect(try matching("iris", [approvals[1]], running).count == 3)
  }

  @Test func anApprovalOfWhichThePlanesDifferIsRevokedAsBothHaveIt() throws {
    let running = [Rows.deployment("approval:aa01", 2, .deployed)]
    let both = try matching("approval:aa01", approvals, running)
    #expect(both == [target("approval:aa01", "iris", 0), target("approval:aa01", "iris", 2)])
  }

  @Test func whatIsRevokedAlreadyIsMeantOnlyWhenNothingElseIsLeft() throws {
    let old = Rows.approval("approval:aa00", "iris", 0, .revoked)
    #expect(try matching("iris", [old, approvals[1]]) == [target(nil, "iris", 1)])
    #expect(try matching("iris", [old]) == [target(nil, "iris", 0)])
  }

  @Test(arguments: [DeploymentState.deployed, .undeploying])
  func whatServingRunsIsMeantHoweverOftenGovernanceCallsItRevoked(state: DeploymentState) throws {
    let old = Rows.approval("approval:aa00", "iris", 0, .revoked)
    let running = [Rows.deployment("approval:aa00", 0, state)]
    #expect(try matching("iris", [old, approvals[1]], running).contains(target(nil, "iris", 0)))
  }

  @Test func anOutputThatNobodyProposedIsNoApproval() {
    #expect(throws: Failure.self) { try matching("iris", [Rows.approval(nil, "iris", 0, .submitted)]) }
  }

  @Test func theRevokerReadsABlockForEachTarget() throws {
    let known = KnownUses(approvals: approvals, deployments: [Rows.deployment("approval:aa02", 1, .deployed)])
    let targets = try RevocationTargets(known: known).matching("iris")
    let lines = Fields(revoking: targets, of: known, reason: "leaked").lines
    #expect(lines.filter { $0.hasPrefix("weights") }.count == 2)
    #expect(lines.contains { $0.contains("approval:aa02, approval:bb01") })
    #expect(lines.filter { $0.hasPrefix("runs") }.map { $0.hasSuffix("iris in staging") } == [false, true])
    #expect(lines.last == "reason   leaked")
  }

  @Test(arguments: [DeploymentState.deployed, .undeploying])
  func whatIsServedAfterItsRevocationIsSaid(state: DeploymentState) {
    let lines = Aftermath.served([target(nil, "iris", 0)], in: [Rows.deployment("approval:aa01", 0, state)])
    #expect(lines.count == 1 && lines.first?.hasPrefix("STILL SERVED: iris in staging; it is refused already") == true)
  }

  @Test func whatEndedOrIsAnothersIsNotCalledServed() {
    let rows = [Rows.deployment("approval:aa01", 0, .undeployed), Rows.deployment("approval:aa02", 1, .deployed)]
    #expect(Aftermath.served([target(nil, "iris", 0)], in: rows).isEmpty)
  }
}

/// Lines of the planes' lists.
enum Rows {
  static let weights = (1...3).map { Digest(hashing: [UInt8($0)]) }

  static func approval(
    _ id: String?, _ model: String, _ index: Int, _ status: ApprovalStatus = .active, expiresIn seconds: Int? = nil
  ) -> ApprovalSummary {
    ApprovalSummary(
      approvalID: id.map(ApprovalID.init(checked:)), status: status, modelID: ModelID(checked: model),
      weightsHash: weights[index], trainingOutputDigest: weights[index], submittedBy: PrincipalID(checked: "trainer"),
      createdAt: .now(), expiresAt: seconds.map { Timestamp.now().adding(seconds: $0) })
  }

  static func deployment(
    _ approval: String, _ index: Int, _ state: DeploymentState, scope: String? = nil
  ) -> DeploymentSummary {
    DeploymentSummary(
      modelID: ModelID(checked: "iris"), environment: EnvironmentName(checked: "staging"),
      scope: scope.map(ScopeName.init(checked:)), approvalID: ApprovalID(checked: approval),
      approvalDigest: Digest(hashing: Array(approval.utf8)), weightsHash: weights[index],
      deployedBy: PrincipalID(checked: "ci"), deployedAt: .now(), state: state, endedAt: nil, message: "")
  }
}
