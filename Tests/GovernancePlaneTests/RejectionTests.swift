import Attestations
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@Suite struct RejectionTests {
  let governance: Governance
  let approval: ModelApproval

  init() async throws {
    governance = try await Governance()
    let output = try await governance.publish()
    approval = TestHouse.approval(of: output, environments: ["production"], required: 2)
    try await governance.propose(approval)
  }

  @Test func oneRejectionClosesTheProposalWithItsReason() async throws {
    #expect(try await governance.reject(approval).status == .rejected)
    let entry = try #require(await governance.plane.evidence(.approvalRejected).first)
    #expect(entry["reason"] == "no evaluation")
    #expect(entry["rejected_by"] == "bob")
    #expect(try await governance.get(approval).status == .rejected)
  }

  @Test func rejectionWithoutAReasonIsRefused() async throws {
    let refusal = try await refusal { try await governance.reject(approval, reason: "") }
    #expect(refusal?.code == .invalidRequest)
    #expect(refusal?.message.contains("reason: must not be empty") == true)
    #expect(try await governance.get(approval).status == .pending)
  }

  @Test func sameDecisionAgainChangesNothing() async throws {
    try await governance.reject(approval)
    #expect(try await governance.reject(approval).status == .rejected)
    #expect(try await governance.plane.evidence(.approvalRejected).count == 1)
  }

  @Test func anotherRejectionOfAClosedProposalIsAConflict() async throws {
    try await governance.reject(approval)
    #expect(try await refusal { try await governance.reject(approval, as: "carol") }?.code == .conflict)
  }

  @Test func activeApprovalIsRevokedRatherThanRejected() async throws {
    try await governance.sign(approval, as: "bob")
    let refusal = try await refusal { try await governance.reject(approval, as: "carol") }
    #expect(refusal?.code == .conflict)
    #expect(refusal?.message.contains("revoke it instead") == true)
  }

  @Test func rejectionInSomebodyElsesNameIsForbidden() async throws {
    let refusal = try await refusal { try await governance.reject(approval, as: "bob", signedBy: "carol") }
    #expect(refusal?.code == .forbidden)
  }

  @Test func rejectionOfOtherBytesIsRefused() async throws {
    let refusal = try await refusal { try await governance.reject(approval, digest: Digest(hashing: [1])) }
    #expect(refusal?.code == .invalidRequest)
    #expect(try await governance.get(approval).status == .pending)
  }

  @Test func unknownApprovalIsNotFound() async throws {
    let other = TestHouse.approval(of: try await governance.publish(), id: "approval:00000000000000ff")
    #expect(try await refusal { try await governance.reject(other) }?.code == .notFound)
  }

  @Test func expiredProposalIsNotRejectedAnyMore() async throws {
    governance.plane.clock.step(seconds: 8 * 86_400)
    #expect(try await refusal { try await governance.reject(approval) }?.message.contains("expired") == true)
  }

  @Test func rejectedOutputMayBeProposedAgain() async throws {
    try await governance.reject(approval)
    let output = try await governance.publish()
    let state = try await governance.propose(TestHouse.approval(of: output, id: "approval:0000000000000002"))
    #expect(state.status == .active)
  }
}
