import Attestations
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@testable import GovernancePlane

@Suite struct ProposalTests {
  let governance: Governance
  let output: UnverifiedEnvelope

  init() async throws {
    governance = try await Governance()
    output = try await governance.publish()
  }

  private func refusalOfProposing(_ approval: ModelApproval, as approver: String = "alice") async throws -> Refusal? {
    try await refusal { try await governance.propose(approval, as: approver) }
  }

  // MARK: What is granted

  @Test func proposalThatNeedsAnotherSignatureIsPending() async throws {
    let state = try await governance.propose(
      TestHouse.approval(of: output, environments: ["staging", "production"], required: 2))
    #expect(state.status == .pending)
    #expect(state.approvers.map(\.text) == ["alice"])
    #expect(state.requiredApprovers == 2)
    #expect(try await governance.plane.evidence(.approvalProposed).first?["approved_by"] == "alice")
  }

  @Test func pendingProposalIsToldToServingWithoutGovernancesSignature() async throws {
    let approval = TestHouse.approval(of: output, environments: ["production"], required: 2)
    try await governance.propose(approval)
    let publication = try #require(await governance.published().first)
    #expect(publication.trainingOutput == output)
    let held = try ProvenApproval.verify(
      approval: publication.approval, training: publication.trainingOutput, root: governance.house.root
    ).held
    #expect(!held.isSignedByGovernance)
    #expect(held.quorum.count == 1)
  }

  @Test func sameProposalAgainIsAnsweredWithWhereItStands() async throws {
    let approval = TestHouse.approval(of: output)
    let first = try await governance.propose(approval)
    governance.plane.clock.step(seconds: 3600)
    #expect(try await governance.propose(approval) == first)
    #expect(try await governance.plane.evidence(.approvalProposed).count == 1)
  }

  // MARK: Fields against the rules

  static let hostileFields: [(String, JSONValue)] = [
    ("approved_environments", .null), ("approved_environments", []), ("approved_environments", ["staging", "staging"]),
    ("approved_environments", "staging"), ("approved_scopes", []), ("required_approvers", 0),
    ("required_approvers", -1),
    ("required_approvers", "1"), ("expires_at", 1_795_348_800), ("expires_at", .null), ("expires_at", "never"),
    ("expires_at", "2026-11-22T12:00:00+00:00"), ("expires_at", "2020-01-01T00:00:00+00:00"), ("approval_id", ""),
    ("status", "active"),
  ]

  @Test(arguments: hostileFields) func hostileFieldIsRefused(field: String, value: JSONValue) async throws {
    let approval = TestHouse.approval(of: output)
    let envelope = try governance.house.forged(
      Statement.payload(of: approval), setting: field, to: value, by: "alice")
    let refusal = try await refusal {
      try await governance.propose(
        envelope, as: "alice", nanda: governance.nanda(approval, by: "alice"), digest: output.payloadDigest)
    }
    #expect(refusal?.code == .invalidRequest)
    #expect(refusal?.message.contains(field) == true)
    #expect(try await governance.published().isEmpty)
  }

  @Test func unknownEnvironmentIsRefused() async throws {
    let refusal = try await refusalOfProposing(TestHouse.approval(of: output, environments: ["staging", "moon"]))
    #expect(refusal?.code == .policyFailed)
    #expect(refusal?.message.contains("moon") == true)
  }

  @Test func fewerApproversThanThePolicyRequiresAreRefused() async throws {
    let approval = TestHouse.approval(of: output, environments: ["staging", "production"], required: 1)
    let refusal = try await refusalOfProposing(approval)
    #expect(refusal?.code == .policyFailed)
    #expect(refusal?.message.contains("production requires 2") == true)
  }

  @Test func moreApproversThanThereArePeopleAreRefused() async throws {
    let refusal = try await refusalOfProposing(TestHouse.approval(of: output, required: 4))
    #expect(refusal?.code == .policyFailed)
    #expect(refusal?.message.contains("only 3 people can approve") == true)
  }

  @Test func hundredYearsOfLifeAreRefused() async throws {
    let approval = TestHouse.approval(of: output, expiresAt: TestHouse.epoch.adding(days: 36_500))
    #expect(try await refusalOfProposing(approval)?.message.contains("90 days") == true)
  }

  @Test func strictestEnvironmentBoundsTheLife() async throws {
    let approval = TestHouse.approval(
      of: output, environments: ["staging", "vault"], required: 2, expiresAt: TestHouse.epoch.adding(days: 60))
    #expect(try await refusalOfProposing(approval)?.message.contains("30 days allowed for vault") == true)
  }

  @Test func everythingThatIsWrongIsNamedAtOnce() async throws {
    let approval = TestHouse.approval(
      of: output, environments: ["moon", "production"], expiresAt: TestHouse.epoch.adding(days: 300), profile: "absent")
    let message = try #require(await refusalOfProposing(approval)).message
    for problem in ["moon", "production requires 2", "90 days", "no profile absent"] {
      #expect(message.contains(problem), "\(problem) in: \(message)")
    }
  }

  @Test(arguments: [-60, 60]) func approvalDatedElsewhereIsRefused(seconds: Int) async throws {
    let refusal = try await refusalOfProposing(
      TestHouse.approval(of: output, at: TestHouse.epoch.adding(seconds: seconds)))
    #expect(refusal?.code == .policyFailed)
    #expect(refusal?.message.contains("approved_at") == true)
  }

  @Test func weightsOtherThanTrainedAreRefused() async throws {
    let refusal = try await refusalOfProposing(
      TestHouse.approval(of: output, weightsHash: Digest(hashing: Array("other weights".utf8))))
    #expect(refusal?.code == .policyFailed)
    #expect(refusal?.message.contains("weights_hash is not what was trained") == true)
  }

  @Test func unknownTrainingOutputIsNotFound() async throws {
    let other = try governance.house.trainingOutput(TestHouse.result(run: "run-9"))
    let refusal = try await refusalOfProposing(TestHouse.approval(of: other, TestHouse.result(run: "run-9")))
    #expect(refusal?.code == .notFound)
    #expect(refusal?.message.contains("\(other.payloadDigest)") == true)
  }

  @Test func everyFailedRuleOfTheProfileIsNamed() async throws {
    let message = try #require(await refusalOfProposing(TestHouse.approval(of: output, profile: "regulated"))).message
    for rule in ["require_governance_tier", "require_risk_level", "require_attestation", "max_risk_level"] {
      #expect(message.contains(rule))
    }
  }

  @Test func profileWithARuleNobodyKnowsFailsClosed() async throws {
    let refusal = try await refusalOfProposing(TestHouse.approval(of: output, profile: "unknown-rule"))
    #expect(refusal?.code == .policyFailed)
    #expect(refusal?.message.contains("require_magic") == true)
  }

  @Test func expiredTrustRootApprovesNothing() async throws {
    let house = try TestHouse(expiresAt: TestHouse.epoch.adding(seconds: -1))
    let late = try await Governance(in: house)
    let output = try await late.publish()
    let refusal = try await refusal { try await late.propose(TestHouse.approval(of: output)) }
    #expect(refusal?.message.contains("trust root expired") == true)
  }

  // MARK: Who signed

  @Test func proposalInSomebodyElsesNameIsForbidden() async throws {
    let approval = TestHouse.approval(of: output, by: "bob")
    let envelope = try governance.house.signed(approval, by: ["alice"])
    let refusal = try await refusal {
      try await governance.propose(envelope, as: "alice", nanda: governance.nanda(approval, by: "alice"))
    }
    #expect(refusal?.code == .forbidden)
  }

  @Test(arguments: ["bob", "governance-plane", "trainer"]) func signatureOfSomebodyElseIsRefused(
    signer: String
  ) async throws {
    let approval = TestHouse.approval(of: output)
    let envelope = try governance.house.signed(approval, by: [signer])
    let refusal = try await refusal {
      try await governance.propose(envelope, as: "alice", nanda: governance.nanda(approval, by: "alice"))
    }
    #expect(refusal?.code == .invalidRequest)
  }

  @Test func proposalThatBringsOtherSignaturesAlongIsRefused() async throws {
    let approval = TestHouse.approval(of: output)
    let envelope = try governance.house.signed(approval, by: ["alice", "bob"])
    let refusal = try await refusal {
      try await governance.propose(envelope, as: "alice", nanda: governance.nanda(approval, by: "alice"))
    }
    #expect(refusal?.code == .invalidRequest)
  }

  @Test func nandaSignatureOfSomebodyElseIsRefused() async throws {
    let approval = TestHouse.approval(of: output)
    let envelope = try governance.house.signed(approval, by: ["alice"])
    let refusal = try await refusal {
      try await governance.propose(envelope, as: "alice", nanda: governance.nanda(approval, by: "bob"))
    }
    #expect(refusal?.code == .invalidRequest)
    #expect(refusal?.message.contains("nanda_signature") == true)
  }

  @Test(arguments: ["trainer", "ci", "metrics", "bridge"]) func whoIsNoApproverMayNotPropose(
    sender: String
  ) async throws {
    let refusal = try await refusalOfProposing(TestHouse.approval(of: output, by: sender), as: sender)
    #expect(refusal?.code == .forbidden)
  }

  // MARK: Ids

  @Test(arguments: ["alice", "bob"]) func approvalIDIsNeverUsedForAnotherApproval(approver: String) async throws {
    try await governance.propose(TestHouse.approval(of: output))
    let refusal = try await refusalOfProposing(
      TestHouse.approval(of: output, by: approver, environments: ["vault"], required: 2), as: approver)
    #expect(refusal?.code == .conflict)
  }

  @Test func idOfARejectedApprovalStaysUsed() async throws {
    let approval = TestHouse.approval(of: output, environments: ["production"], required: 2)
    try await governance.propose(approval)
    try await governance.reject(approval)
    let refusal = try await refusalOfProposing(TestHouse.approval(of: output))
    #expect(refusal?.code == .conflict)
  }

  @Test func oneApproverWhoUsesUpTheirProposalsOfSomeWeightsUsesUpNobodyElses() async throws {
    let approval = TestHouse.approval(of: output)
    try await governance.plane.tamper(
      """
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
      INSERT INTO approval
        (digest, approval_id, training_output_digest, model_id, weights_hash, approved_by, received_at, payload)
      SELECT i, i, ?, 'iris', ?, 'alice', 0, x'00' FROM n
      """, ["\(output.payloadDigest)", "\(approval.weightsHash)"])
    let refusal = try await refusalOfProposing(approval)
    #expect(refusal?.code == .conflict)
    #expect(refusal?.message.contains("alice has proposed 1000") == true)
    #expect(try await governance.propose(TestHouse.approval(of: output, by: "bob"), as: "bob").status == .active)
  }
}
