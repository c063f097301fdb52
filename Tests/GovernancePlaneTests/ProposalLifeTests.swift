import Attestations
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@testable import GovernancePlane

/// From the proposal to whichever end it comes to, and what people are told then.
@Suite struct ProposalLifeTests {
  let governance: Governance
  let output: UnverifiedEnvelope

  init() async throws {
    governance = try await Governance()
    output = try await governance.publish()
  }

  @discardableResult
  private func proposed(
    _ id: String = "approval:1", days: Int = 30, environments: [String] = ["production"], by proposer: String = "alice"
  ) async throws -> ModelApproval {
    let now = governance.plane.clock.now()
    let approval = TestHouse.approval(
      of: output, by: proposer, id: id, environments: environments, required: 2, at: now,
      expiresAt: now.adding(days: days))
    try await governance.propose(approval, as: proposer)
    return approval
  }

  @Test func aProposalThatNobodySignedForSevenDaysSaysSoToWhoComesTooLate() async throws {
    let approval = try await proposed()
    governance.plane.clock.step(seconds: 7 * 86_400 - 1)
    #expect(try await governance.get(approval).status == .pending)
    governance.plane.clock.step(seconds: 1)
    #expect(try await governance.get(approval).status == .expired)
    let refusal = try #require(await refusal { try await governance.sign(approval, as: "bob") })
    #expect(refusal.code == .conflict && refusal.message.contains("without its quorum"))
    #expect(refusal.message.contains("7 days") && refusal.message.hasSuffix("propose the model again"))
    #expect(try await governance.published().allSatisfy { $0.approval.signatures.count == 1 })
  }

  @Test func aShortLifeEndsAProposalBeforeItsSevenDays() async throws {
    let approval = try await proposed(days: 2)
    governance.plane.clock.step(seconds: 2 * 86_400)
    let refusal = try await refusal { try await governance.sign(approval, as: "bob") }
    #expect(refusal?.message.contains("\(approval.expiresAt)") == true)
  }

  @Test func whatExpiredMayBeProposedAgainUnderANewID() async throws {
    let approval = try await proposed()
    governance.plane.clock.step(seconds: 8 * 86_400)
    // The same bytes again are answered with where they stand, and other bytes may not have their id.
    #expect(try await governance.propose(approval).status == .expired)
    #expect(try await refusal { try await proposed() }?.code == .conflict)
    let next = try await proposed("approval:2")
    #expect(try await governance.sign(next, as: "bob").status == .active)
  }

  @Test func aSignatureGivenInTimeIsAnsweredAfterItsProposalExpiredAndHelpsItNoMore() async throws {
    let approval = try await proposed(environments: ["vault"], by: "bob")
    try await governance.sign(approval, as: "carol")
    governance.plane.clock.step(seconds: 7 * 86_400)
    #expect(try await governance.sign(approval, as: "carol").status == .expired)
    #expect(try await refusal { try await governance.sign(approval, as: "alice") }?.code == .conflict)
  }

  @Test func whoComesAfterARejectionIsToldWhoSaidNoAndWhy() async throws {
    let approval = try await proposed()
    try await governance.reject(approval, as: "carol", reason: "no evaluation")
    for late in [
      try await refusal { try await governance.sign(approval, as: "bob") },
      try await refusal { try await governance.reject(approval, as: "bob") },
    ] {
      #expect(late?.code == .conflict && late?.message.contains("rejected by carol") == true)
      #expect(late?.message.contains("no evaluation") == true)
    }
  }

  @Test func anActiveApprovalThatExpiredTakesNoSignature() async throws {
    let approval = try await proposed()
    try await governance.sign(approval, as: "bob")
    governance.plane.clock.step(seconds: 30 * 86_400)
    let refusal = try await refusal { try await governance.sign(approval, as: "carol") }
    #expect(refusal?.message.contains("expired at \(approval.expiresAt)") == true)
    #expect(refusal?.message.contains("quorum") == false)
  }

  @Test func theStrictestOfItsEnvironmentsDecidesWhenAnApprovalIsActive() async throws {
    let approval = try await proposed(environments: ["staging", "production", "vault"])
    #expect(try await governance.sign(approval, as: "carol").status == .pending, "nobody of ml has signed for vault")
    #expect(try await governance.sign(approval, as: "bob").status == .active)
  }
}
