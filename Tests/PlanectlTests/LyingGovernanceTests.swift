import Attestations
import PlaneContract
import Signing
import Testing
import Wire

@testable import planectl

/// Whoever holds governance's key answers an approver as they like. The approver's own trust root decides what is shown and signed.
@Suite struct LyingGovernanceTests {
  let test: TestHome
  let output: UnverifiedEnvelope
  let approval: ModelApproval

  init() throws {
    test = try TestHome(approvers: ["alice", "bob", "carol"])
    output = try test.trainingOutput()
    approval = try test.approval(of: output, by: "alice")
  }

  private func detail(
    _ approval: ModelApproval?, signedBy names: [String] = ["alice"], _ output: UnverifiedEnvelope? = nil,
    status: ApprovalStatus = .pending, id: ApprovalID? = nil
  ) throws -> ApprovalDetail {
    let keys = try names.map { try test.signer($0) }
    return ApprovalDetail(
      approvalID: id ?? approval?.approvalID, status: status, approvers: [], requiredApprovers: 2,
      approval: try approval.map { try UnverifiedEnvelope(attesting: $0, by: keys) },
      trainingOutput: output ?? self.output, nandaSignatures: [])
  }

  private func summary(_ approval: ModelApproval, _ status: ApprovalStatus = .pending) -> ApprovalSummary {
    ApprovalSummary(
      approvalID: approval.approvalID, status: status, modelID: approval.modelID, weightsHash: approval.weightsHash,
      trainingOutputDigest: approval.trainingOutputDigest, submittedBy: PrincipalID(checked: "trainer"),
      createdAt: .now(), environments: approval.environments, approvedAt: approval.approvedAt,
      expiresAt: approval.expiresAt)
  }

  /// bob approves at a governance plane that answers with `details`.
  private func approve(
    _ details: [ApprovalDetail], listed: [ApprovalSummary]? = nil
  ) async throws -> (failure: Failure?, governance: FakeGovernance) {
    let governance = try FakeGovernance(in: test, listed: listed ?? [summary(approval)], details: details)
    let words = ["approve", approval.approvalID.text, "--home", test.home.path, "--as", "bob", "--yes"]
    let command = try #require(try Planectl.parseAsRoot(words) as? Approve)
    do {
      try await command.perform()
      return (nil, governance)
    } catch let failure as Failure { return (failure, governance) }
  }

  private func expectCaught(
    _ details: [ApprovalDetail], listed: [ApprovalSummary]? = nil, saying words: String,
    _ location: SourceLocation = #_sourceLocation
  ) async throws {
    let (failure, governance) = try await approve(details, listed: listed)
    #expect(failure?.status == .unverified, "\(failure?.message ?? "signed")", sourceLocation: location)
    #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "signed")", sourceLocation: location)
    #expect(governance.count(of: .approvalSign) == 0, sourceLocation: location)
  }

  @Test func anApprovalOfOtherWeightsThanWereTrainedIsCaught() async throws {
    let dressed = try test.approval(
      of: output, by: "alice", weights: Digest(hashing: [6, 6, 6]), id: approval.approvalID)
    try await expectCaught([try detail(dressed)], saying: "weights_hash is not what was trained")
  }

  @Test func anApprovalInAlicesNameThatGovernanceSignedItselfIsCaught() async throws {
    try await expectCaught([try detail(approval, signedBy: ["governance-plane"])], saying: "alice did not sign it")
  }

  @Test func anotherApprovalUnderTheIDThatWasAskedForIsCaught() async throws {
    let other = try test.approval(of: output, by: "alice")
    try await expectCaught([try detail(other, id: approval.approvalID)], saying: "under another's id")
    try await expectCaught([try detail(other)], saying: "another approval than \(approval.approvalID)")
  }

  @Test func aTrainingOutputOfOtherWeightsBesideTheApprovalIsCaught() async throws {
    let other = try test.trainingOutput(weights: "poisoned")
    try await expectCaught([try detail(approval, other)], saying: "training_output_digest names another output")
  }

  @Test func anOutputThatTheTrainingPlaneDidNotSignIsCaught() async throws {
    let governance = try test.signer("governance-plane")
    let invented = try UnverifiedEnvelope(signing: output.payload, as: .statement, by: [governance])
    try await expectCaught([try detail(approval, invented)], saying: "no signature verifies")
  }

  @Test func anApprovalCalledActiveWithoutItsQuorumIsCaught() async throws {
    let both = ["alice", "governance-plane"]
    try await expectCaught([try detail(approval, signedBy: both, status: .active)], saying: "1 of 2")
    try await expectCaught(
      [try detail(approval, signedBy: ["alice", "carol"], status: .active)], saying: "has not signed it")
  }

  @Test func aRetiredApproversSignatureIsToldAndNotCountedAndItsLackIsNoLie() throws {
    let root = try test.changedRoot(retiring: "carol")
    let detail = try detail(approval, signedBy: ["alice", "carol", "governance-plane"], status: .active)
    let verified = try VerifiedApproval(detail, root: root)
    #expect(verified.retiredSigners.map(\.id.text) == ["carol"] && verified.signers.map(\.id.text) == ["alice"])
    let without = try self.detail(approval, signedBy: ["alice", "governance-plane"], status: .active)
    #expect(throws: Failure.self) { try VerifiedApproval(without, root: root) }
  }

  @Test func aVersionApprovedBeforeThatNobodyApprovedIsCaught() async throws {
    let old = try test.trainingOutput(weights: "old")
    let before = try test.approval(of: old, by: "alice", at: approval.approvedAt.adding(days: -1))
    let listed = [summary(approval), summary(before, .active)]
    let lie = try detail(before, signedBy: ["alice", "governance-plane"], old, status: .active)
    try await expectCaught([try detail(approval), lie], listed: listed, saying: "1 of 2")
    let other = try test.trainingOutput(model: "wine", weights: "old")
    let wine = try test.approval(of: other, by: "alice", at: before.approvedAt, id: before.approvalID)
    let swapped = try detail(wine, signedBy: ["alice", "carol", "governance-plane"], other, status: .active)
    try await expectCaught([try detail(approval), swapped], listed: listed, saying: "which it is not")
  }

  @Test func anOutputOfAnotherModelThanWasAskedForIsNotProposed() async throws {
    let wine = try test.trainingOutput(model: "wine")
    let lie = ApprovalSummary(
      approvalID: nil, status: .submitted, modelID: ModelID(checked: "iris"), weightsHash: Digest(hashing: [1]),
      trainingOutputDigest: wine.payloadDigest, submittedBy: PrincipalID(checked: "trainer"), createdAt: .now())
    let governance = try FakeGovernance(in: test, listed: [lie], details: [try detail(nil, wine, status: .submitted)])
    let words = ["propose", "iris", "-e", "production", "--home", test.home.path, "--as", "bob", "--yes"]
    let command = try #require(try Planectl.parseAsRoot(words) as? Propose)
    let failure = await #expect(throws: Failure.self) { try await command.perform() }
    #expect(failure?.status == .unverified && failure?.message.contains("an output of wine") == true)
    #expect(governance.count(of: .approvalPropose) == 0)
  }

  @Test func anApprovalWhoseIDOnlyBeginsWithTheWholeOneThatWasAskedForIsNotSigned() async throws {
    let longer = try test.approval(
      of: output, by: "alice", id: ApprovalID(checked: "\(approval.approvalID).1"))
    let (failure, governance) = try await approve([try detail(longer)], listed: [summary(longer)])
    #expect(failure?.status == .refused && failure?.message.contains("knows no approval") == true)
    #expect(governance.count(of: .approvalSign) == 0)
  }

  @Test func rulesThatFailAreNotSignedWhateverGovernanceSays() async throws {
    let strict = try test.approval(of: output, by: "alice", profile: "lax", id: approval.approvalID)
    let (failure, governance) = try await approve([try detail(strict)])
    #expect(failure?.status == .refused && failure?.details.contains { $0.contains("no profile lax") } == true)
    #expect(governance.count(of: .approvalSign) == 0)
  }

  @Test func whatHasEndedIsNotSigned() async throws {
    for status in [ApprovalStatus.rejected, .revoked, .expired] {
      let (failure, governance) = try await approve([try detail(approval, status: status)])
      #expect(failure?.status == .refused && failure?.message.contains(status.rawValue) == true)
      #expect(governance.count(of: .approvalSign) == 0)
    }
  }

  @Test func whatIsSignedWasFetchedOnceAndShown() async throws {
    let (failure, governance) = try await approve([try detail(approval), try detail(nil)])
    #expect(failure?.status == .unreachable, "the liar hangs up on the signature")
    #expect(governance.count(of: .approvalGet) == 1)
    #expect(governance.count(of: .approvalSign) == 1)
  }
}
