import Attestations
import MerkleLog
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@testable import GovernancePlane

@Suite struct SignatureTests {
  let governance: Governance
  let approval: ModelApproval

  init() async throws {
    governance = try await Governance()
    let output = try await governance.publish()
    approval = TestHouse.approval(of: output, environments: ["staging", "production"], required: 2)
    try await governance.propose(approval)
  }

  private func refusalOfSigning(as approver: String, keyIndex: Int = 0) async throws -> Refusal? {
    try await refusal { try await governance.sign(approval, as: approver, keyIndex: keyIndex) }
  }

  @Test func secondPersonCompletesTheQuorumAndGovernanceSigns() async throws {
    let state = try await governance.sign(approval, as: "bob")
    #expect(state.status == .active)
    #expect(state.approvers.map(\.text) == ["alice", "bob"])
    let publication = try #require(await governance.published().last)
    let held = try ProvenApproval.verify(
      approval: publication.approval, training: publication.trainingOutput, root: governance.house.root
    ).held
    #expect(held.isSignedByGovernance)
    #expect(held.quorum.count == 2)
    #expect(held.digest == Governance.digest(approval))
  }

  @Test func activationLeavesUpstreamsEvidence() async throws {
    try await governance.sign(approval, as: "bob")
    let entry = try #require(await governance.plane.evidence(.modelApproved).first)
    let keys = ["model_id", "approved_by", "profile", "expires_at", "correlation_id"]
    #expect(entry.members.prefix(5).map(\.key) == keys)
    #expect(entry["approval_digest"] == .string("\(Governance.digest(approval))"))
    #expect(entry["approvers"] == ["alice", "bob"])
  }

  @Test func lateSignatureIsTakenAndPublished() async throws {
    try await governance.sign(approval, as: "bob")
    let state = try await governance.sign(approval, as: "carol")
    #expect(state.status == .active)
    #expect(state.approvers.map(\.text) == ["alice", "bob", "carol"])
    #expect(try await governance.plane.evidence(.modelApproved).count == 1)
    #expect(try await governance.get(approval).approval?.signatures.count == 4)
  }

  @Test func sameSignatureAgainChangesNothing() async throws {
    let first = try await governance.sign(approval, as: "bob")
    #expect(try await governance.sign(approval, as: "bob") == first)
    #expect(try await governance.plane.evidence(.approvalSigned).count == 1)
  }

  @Test func whatIsSignedOrProposedAgainIsToldToServingAgain() async throws {
    try await governance.sign(approval, as: "bob")
    for again in [{ try await governance.sign(approval, as: "bob") }, { try await governance.propose(approval) }] {
      try await governance.plane.tamper("DELETE FROM outbox")
      #expect(try await again().status == .active)
      #expect(try await governance.published().map(\.approval.signatures.count) == [3])
    }
  }

  @Test func whatWasRevokedIsNotToldAgain() async throws {
    try await governance.sign(approval, as: "bob")
    try await governance.revoke(governance.house.revocation())
    #expect(try await governance.sign(approval, as: "bob").status == .revoked)
    #expect(try await governance.published().isEmpty)
  }

  @Test func proposerSigningAgainIsNotASecondPerson() async throws {
    let state = try await governance.sign(approval, as: "alice")
    #expect(state.status == .pending)
    #expect(state.approvers.map(\.text) == ["alice"])
  }

  @Test func onePersonWithTwoKeysCountsOnce() async throws {
    let vault = try await proposedByBob()
    let refusal = try await refusal { try await governance.sign(vault, as: "bob", keyIndex: 1) }
    #expect(refusal?.code == .conflict)
    #expect(try await governance.get(vault).status == .pending)
  }

  @Test func onePersonUnderTwoNamesCountsOnce() async throws {
    let vault = try await proposedByBob()
    let refusal = try await refusal { try await governance.sign(vault, as: "bob-laptop") }
    #expect(refusal?.code == .conflict)
    #expect(try await governance.get(vault).approvers.map(\.text) == ["bob"])
  }

  private func proposedByBob() async throws -> ModelApproval {
    let output = try await governance.publish(TestHouse.result(run: "run-2"))
    let vault = TestHouse.approval(
      of: output, TestHouse.result(run: "run-2"), by: "bob", id: "approval:0000000000000002", environments: ["vault"],
      required: 2)
    try await governance.propose(vault, as: "bob")
    return vault
  }

  @Test func numberAloneDoesNotCompleteAnEnvironmentThatWantsGroups() async throws {
    let vault = try await proposedByBob()
    #expect(try await governance.sign(vault, as: "carol").status == .pending)
    #expect(try await governance.sign(vault, as: "alice").status == .active)
  }

  @Test func sixteenthSignatureIsRefusedBecauseNoEnvelopeTakesIt() async throws {
    let crowd = (1...15).map { "approver-\($0)" }
    let house = try TestHouse(extra: crowd.map { (name: $0, person: $0, role: .approver) })
    let governance = try await Governance(in: house)
    let approval = TestHouse.approval(of: try await governance.publish(), required: 15)
    try await governance.propose(approval)
    for approver in crowd.dropLast() { try await governance.sign(approval, as: approver) }
    let detail = try await governance.get(approval)
    #expect(detail.status == .active)
    #expect(detail.approval?.signatures.count == UnverifiedEnvelope.signatureCounts.upperBound)
    #expect(try await refusal { try await governance.sign(approval, as: crowd[14]) }?.code == .conflict)
  }

  @Test func garbageSignatureIsRefused() async throws {
    for bytes in [[], [1, 2, 3], [UInt8](repeating: 0, count: 64), [UInt8](repeating: 7, count: 64)] as [[UInt8]] {
      let refusal = try await refusal {
        try await governance.sign(
          approval.approvalID, as: "bob", signature: EnvelopeSignature(keyID: "", bytes: bytes),
          nanda: governance.nanda(approval, by: "bob"))
      }
      #expect(refusal?.code == .invalidRequest)
    }
    #expect(try await governance.get(approval).status == .pending)
  }

  @Test(arguments: ["alice", "carol", "governance-plane"]) func anothersSignatureUnderMyNameIsRefused(
    signer: String
  ) async throws {
    let stolen = try governance.signature(approval, by: governance.house.key(signer))
    let refusal = try await refusal {
      try await governance.sign(
        approval.approvalID, as: "bob", signature: stolen, nanda: governance.nanda(approval, by: "bob"))
    }
    #expect(refusal?.code == .invalidRequest)
  }

  @Test func signatureOverAnotherApprovalIsRefused() async throws {
    let output = try await governance.publish()
    let other = TestHouse.approval(of: output, environments: ["staging"])
    let key = try governance.house.key("bob")
    let refusal = try await refusal {
      try await governance.sign(
        approval.approvalID, as: "bob", signature: governance.signature(other, by: key),
        nanda: key.sign(NandaRecord(approval).hash))
    }
    #expect(refusal?.code == .invalidRequest)
  }

  @Test func wrongNandaSignatureIsRefused() async throws {
    let key = try governance.house.key("bob")
    let refusal = try await refusal {
      try await governance.sign(
        approval.approvalID, as: "bob", signature: governance.signature(approval, by: key),
        nanda: governance.nanda(approval, by: "alice"))
    }
    #expect(refusal?.message.contains("nanda_signature") == true)
  }

  @Test func missingNandaSignatureIsRefused() async throws {
    let key = try governance.house.key("bob")
    let complete = ApprovalSign(
      approvalID: approval.approvalID, signature: try governance.signature(approval, by: key),
      nandaSignature: try governance.nanda(approval, by: "bob"))
    let refusal = try await refusal {
      try await governance.plane.send(
        .approvalSign, Raw(fields: complete.fields.setting("nanda_signature", to: .null)), as: "bob", on: .approve)
    }
    #expect(refusal?.code == .invalidRequest)
    #expect(refusal?.message.contains("nanda_signature") == true)
  }

  @Test func unknownApprovalIsNotFound() async throws {
    let other = TestHouse.approval(of: try await governance.publish(), id: "approval:00000000000000ff")
    #expect(try await refusal { try await governance.sign(other, as: "bob") }?.code == .notFound)
  }

  @Test func expiredProposalTakesNoSignature() async throws {
    governance.plane.clock.step(seconds: 7 * 86_400)
    let refusal = try await refusalOfSigning(as: "bob")
    #expect(refusal?.code == .conflict)
    #expect(refusal?.message.contains("expired") == true)
  }

  @Test func rejectedProposalTakesNoSignature() async throws {
    try await governance.reject(approval, as: "carol")
    #expect(try await refusalOfSigning(as: "bob")?.message.contains("rejected") == true)
  }

  @Test func revokedApprovalTakesNoSignature() async throws {
    try await governance.revoke(governance.house.revocation())
    #expect(try await refusalOfSigning(as: "bob")?.message.contains("revoked") == true)
    #expect(try await governance.get(approval).status == .revoked)
  }

  @Test func expiredTrustRootTakesNoSignature() async throws {
    let house = try TestHouse(expiresAt: TestHouse.epoch.adding(seconds: 60))
    let governance = try await Governance(in: house)
    let approval = TestHouse.approval(of: try await governance.publish(), environments: ["production"], required: 2)
    try await governance.propose(approval)
    governance.plane.clock.step(seconds: 120)
    #expect(try await refusal { try await governance.sign(approval, as: "bob") }?.code == .policyFailed)
  }
}

/// A body that no client of ours would send.
struct Raw: Body {
  let fields: JSONObject

  init(fields: JSONObject) { self.fields = fields }
  init(_: inout ObjectReader) throws(FieldError) { throw FieldError("body", "is only written") }
}
