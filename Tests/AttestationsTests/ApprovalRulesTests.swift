import Signing
import Testing
import Wire

@testable import Attestations

@Suite struct ApprovalRulesTests {
  let house: House
  let output: UnverifiedEnvelope

  init() throws {
    house = try House()
    output = try house.trainingOutput()
  }

  @Test func anOrdinaryProposalBreaksNoRule() throws {
    #expect(try violations(house.approval(of: output)).isEmpty)
  }

  @Test func anEnvironmentThatThePolicyDoesNotNameIsRefused() throws {
    let environments = [house.names.staging, EnvironmentName(checked: "moon")]
    try expectOnly("names no environment moon", house.approval(of: output, environments: environments))
  }

  @Test func fewerApproversThanThePolicyRequiresAreRefused() throws {
    try expectOnly("production requires 2", house.approval(of: output, required: 1))
    #expect(try violations(house.approval(of: output, environments: [house.names.staging], required: 1)).isEmpty)
  }

  /// Such a proposal could never be granted, and would only wait.
  @Test func moreApproversThanThereArePeopleAreRefused() throws {
    #expect(try violations(house.approval(of: output, required: 3)).isEmpty)
    try expectOnly("required_approvers: only 3 people can approve", house.approval(of: output, required: 4))
  }

  @Test func aSecondPrincipalOfAPersonIsNobodyElseWhoCouldApprove() throws {
    var draft = try RootDraft.ordinary()
    draft.principals.append(try RootDraft.person("bob-laptop", "bob", .approver))
    let root = try draft.verified()
    let verified = try VerifiedTrainingOutput.verify(output, root: root)
    let problems = ApprovalRules.violations(
      house.approval(of: output, required: 4), output: verified, root: root, now: House.now)
    #expect(problems == ["required_approvers: only 3 people can approve"])
  }

  @Test func thePersonWhoTrainedIsNobodyWhoCouldApprove() {
    let problems = ApprovalRules.quorum(
      house.approval(of: output, required: 3), excluding: PersonID(checked: "alice"), root: house.root)
    #expect(problems == ["required_approvers: only 2 people can approve"])
  }

  @Test func aLifeLongerThanTheShortestMaximumIsRefused() throws {
    try expectOnly("longer than the 30 days allowed for production", house.approval(of: output, days: 31))
    #expect(try violations(house.approval(of: output, days: 90, environments: [house.names.staging])).isEmpty)
    try expectOnly("longer than the 90 days", house.approval(of: output, days: 91, environments: [house.names.staging]))
  }

  /// Upstream took a life of a hundred years.
  @Test func aHundredYearsAreRefused() throws {
    #expect(try violations(house.approval(of: output, days: 36_500)).count == 2)
  }

  @Test func anApprovalDatedAheadOrBackIsRefused() throws {
    try expectOnly("ahead of this plane's clock", house.approval(of: output, at: House.now.adding(seconds: 1)))
    try expectOnly("more than 30 s before now", house.approval(of: output, at: House.now.adding(seconds: -31)))
    #expect(try violations(house.approval(of: output, at: House.now.adding(seconds: -30))).isEmpty)
  }

  @Test func aNewerTrustRootThanTheOneHereIsRefused() throws {
    try expectOnly("trust_root_version 2 is newer than the 1", house.approval(of: output, rootVersion: 2))
  }

  @Test func nothingIsApprovedUnderAnExpiredRoot() throws {
    let expired = try House { $0.expiresAt = House.now }
    let verified = try VerifiedTrainingOutput.verify(output, root: expired.root)
    let problems = ApprovalRules.violations(
      house.approval(of: output), output: verified, root: expired.root, now: House.now)
    #expect(problems.count == 1 && problems[0].contains("the trust root expired"))
  }

  @Test func aProfileThatThePolicyDoesNotNameIsRefused() throws {
    try expectOnly("names no profile lax", house.approval(of: output, profile: "lax"))
  }

  @Test func everythingThatIsWrongIsSaidAtOnce() throws {
    let approval = house.approval(
      of: output, weights: house.names.otherWeights, days: 36_500, required: 1, profile: "lax")
    #expect(try violations(approval).count == 5)
  }

  private func violations(_ approval: ModelApproval) throws -> [String] {
    let verified = try VerifiedTrainingOutput.verify(output, root: house.root)
    return ApprovalRules.violations(approval, output: verified, root: house.root, now: House.now)
  }

  private func expectOnly(_ problem: String, _ approval: ModelApproval) throws {
    let found = try violations(approval)
    #expect(found.count == 1 && found[0].contains(problem), "\(found)")
  }
}
