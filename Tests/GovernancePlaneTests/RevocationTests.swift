import Attestations
import GRDB
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@testable import GovernancePlane

@Suite struct RevocationTests {
  let governance: Governance
  let output: UnverifiedEnvelope
  let active: ModelApproval
  let pending: ModelApproval

  init() async throws {
    governance = try await Governance()
    output = try await governance.publish()
    active = TestHouse.approval(of: output)
    pending = TestHouse.approval(
      of: output, by: "bob", id: "approval:0000000000000002", environments: ["production"], required: 2)
    try await governance.propose(active)
    try await governance.propose(pending, as: "bob")
  }

  @Test func everyApprovalOfTheWeightsDiesPendingOnesIncluded() async throws {
    let dead = try await governance.revoke(governance.house.revocation())
    #expect(dead == [active.approvalID.text, pending.approvalID.text])
    #expect(try await governance.get(active).status == .revoked)
    #expect(try await governance.get(pending).status == .revoked)
  }

  @Test func whoAndWhyAreKept() async throws {
    try await governance.revoke(governance.house.revocation(reason: "trained on test data"))
    let entry = try #require(await governance.plane.evidence(.modelApprovalRevoked).first)
    #expect(entry.members.prefix(4).map(\.key) == ["model_id", "revoked_by", "reason", "correlation_id"])
    #expect(entry["revoked_by"] == "alice")
    #expect(entry["reason"] == "trained on test data")
    #expect(entry["correlation_id"] == "run-1")
    #expect(entry["weights_hash"] == .string(active.weightsHash.description))
    #expect(entry["approvals_revoked"] == 2)
    #expect(entry["approvals"] == .init([active, pending].map(\.approvalID.text)))
  }

  @Test func servingIsToldWithTheRevokersSignatureAndGovernances() async throws {
    try await governance.revoke(governance.house.revocation())
    let body = try #require(await governance.plane.waiting(.revocationPublish).first)
    let revocation = try RevocationPublication(body).revocation
    #expect(revocation.signatures.count == 2)
    let root = governance.house.root
    #expect(throws: Never.self) { try Tombstone.verify(revocation, root: root, now: TestHouse.epoch) }
    #expect(throws: Never.self) { try revocation.verified(as: .statement, by: root.keys(of: .governance)) }
  }

  @Test func sameRevocationAgainIsAnsweredTheSame() async throws {
    let revocation = try governance.house.revocation()
    let first = try await governance.revoke(revocation)
    #expect(try await governance.revoke(revocation) == first)
    #expect(try await governance.plane.evidence(.modelApprovalRevoked).count == 1)
  }

  // MARK: What does not bring the dead back

  /// The courier sends revocations first, and the revoker's clock is slow: arriving second, the approval would live.
  @Test func approvalThatWaitsForDeliveryIsWithdrawnByItsRevocation() async throws {
    let other = TestHouse.result(weights: "weights two", run: "run-2")
    let living = TestHouse.approval(of: try await governance.publish(other), other, id: "approval:0000000000000003")
    try await governance.propose(living)
    #expect(try await governance.published().count == 3)
    try await governance.revoke(governance.house.revocation(at: TestHouse.epoch.adding(seconds: -10)))
    #expect(try await governance.published().map(\.approval.payloadDigest) == [Governance.digest(living)])
    #expect(try await governance.plane.waiting(.revocationPublish).count == 1)
  }

  @Test func condemnedApprovalIsNeverPutUpForDelivery() async throws {
    try await governance.revoke(governance.house.revocation())
    let (context, id) = (governance.plane.context, pending.approvalID)
    let state = try await context.commit { database in
      try ApprovalSettlement(context: context, register: ApprovalRegister(context: context, root: context.root))
        .settle(id, at: TestHouse.epoch, in: database)
    }
    #expect(state.status == .revoked)
    #expect(try await governance.published().isEmpty)
  }

  @Test func proposalMadeBeforeTheRevocationIsRefusedAfterIt() async throws {
    try await governance.revoke(governance.house.revocation(at: TestHouse.epoch.adding(seconds: 5)))
    let again = TestHouse.approval(of: output, id: "approval:0000000000000003", at: TestHouse.epoch)
    let refusal = try await refusal { try await governance.propose(again) }
    #expect(refusal?.code == .policyFailed)
    #expect(refusal?.message.contains("revoked by alice") == true)
  }

  @Test func proposingTheRevokedApprovalAgainDoesNotRevive() async throws {
    try await governance.revoke(governance.house.revocation())
    #expect(try await governance.propose(active).status == .revoked)
  }

  @Test func newerApprovalOfTheSameWeightsLives() async throws {
    try await governance.revoke(governance.house.revocation())
    governance.plane.clock.step(seconds: 60)
    let newer = TestHouse.approval(of: output, id: "approval:0000000000000003", at: governance.plane.clock.now())
    #expect(try await governance.propose(newer).status == .active)
    #expect(try await governance.get(active).status == .revoked)
  }

  @Test func namedApprovalIDDiesForEverEvenBeforeItExists() async throws {
    let id = "approval:00000000000000aa"
    try await governance.revoke(governance.house.revocation(approvalID: id))
    governance.plane.clock.step(seconds: 60)
    let late = TestHouse.approval(of: output, id: id, at: governance.plane.clock.now())
    #expect(try await refusal { try await governance.propose(late) }?.code == .policyFailed)
  }

  @Test func revokedApprovalStaysRevokedAfterARestart() async throws {
    try await governance.revoke(governance.house.revocation())
    try governance.plane.context.database.close()
    let restarted = try await Governance(in: governance.house, directory: governance.plane.directory)
    #expect(try await restarted.get(active).status == .revoked)
  }

  @Test func approvalHeldAtAcceptanceDiesEvenIfDatedAfterTheRevocation() async throws {
    let early = try governance.house.revocation(at: TestHouse.epoch.adding(seconds: -10))
    #expect(try await governance.revoke(early).count == 2)
    #expect(try await governance.get(active).status == .revoked)
    #expect(try await refusal { try await governance.sign(pending, as: "alice") }?.code == .conflict)
  }

  // MARK: What must not stand in its way

  @Test func unknownWeightsAreRevokedAllTheSame() async throws {
    let unknown = TestHouse.result(weights: "weights nobody has seen")
    #expect(try await governance.revoke(governance.house.revocation(of: unknown)).isEmpty)
    #expect(try await governance.plane.waiting(.revocationPublish).count == 1)
  }

  @Test func expiredTrustRootDoesNotStandInTheWay() async throws {
    let house = try TestHouse(expiresAt: TestHouse.epoch.adding(seconds: 60))
    let governance = try await Governance(in: house)
    let approval = TestHouse.approval(of: try await governance.publish())
    try await governance.propose(approval)
    governance.plane.clock.step(seconds: 86_400)
    #expect(try await governance.revoke(house.revocation()) == [approval.approvalID.text])
    #expect(try await governance.get(approval).status == .revoked)
  }

  @Test func fullOutboxDoesNotStandInTheWay() async throws {
    try await governance.plane.tamper(
      """
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
      INSERT INTO outbox (kind, digest, body, enqueued_at, next_attempt_at) SELECT 'x', i, x'7b7d', 0, 0 FROM n
      """)
    let proposal = TestHouse.approval(of: output, id: "approval:0000000000000003")
    #expect(try await refusal { try await governance.propose(proposal) }?.code == .overloaded)
    #expect(try await governance.revoke(governance.house.revocation()).count == 2)
    let stored = try await governance.plane.context.database.read { database in
      try Int.fetchOne(database, sql: "SELECT count(*) FROM outbox WHERE kind = 'revocation.publish'")
    }
    #expect(stored == 1)
  }

  @Test func fullReplayGuardDoesNotStandInTheWay() async throws {
    try await governance.plane.tamper(
      "INSERT INTO seen_message_count VALUES ('alice', 50000) ON CONFLICT (sender) DO UPDATE SET messages = 50000")
    let proposal = TestHouse.approval(of: output, id: "approval:0000000000000003")
    #expect(try await refusal { try await governance.propose(proposal) }?.code == .overloaded)
    #expect(try await governance.revoke(governance.house.revocation()).count == 2)
  }

  @Test func namedApprovalOfOtherWeightsDiesWithTheWeightsThatAreRevoked() async throws {
    let other = TestHouse.result(weights: "weights two", run: "run-2")
    let covered = TestHouse.approval(of: try await governance.publish(other), other, id: "approval:0000000000000003")
    try await governance.propose(covered)
    let revocation = try governance.house.revocation(of: other, approvalID: active.approvalID.text)
    #expect(try await governance.revoke(revocation) == [active.approvalID.text, covered.approvalID.text])
    #expect(try await governance.get(active).status == .revoked)
    #expect(try await governance.get(covered).status == .revoked)
    #expect(try await governance.get(pending).status == .pending)
  }

  @Test func damagedApprovalRowDoesNotStandInTheWay() async throws {
    try await governance.plane.tamper(
      "UPDATE approval SET payload = x'00' WHERE approval_id = ?", [active.approvalID.text])
    let revocation = try governance.house.revocation(approvalID: active.approvalID.text)
    #expect(try await governance.revoke(revocation).count == 2)
  }

  // MARK: Who may

  @Test func revocationInSomebodyElsesNameIsForbidden() async throws {
    let bobs = try governance.house.revocation(by: "bob")
    #expect(try await refusal { try await governance.revoke(bobs, as: "alice") }?.code == .forbidden)
  }

  @Test(arguments: ["carol", "governance-plane", "trainer"]) func revocationTheRevokerDidNotSignIsRefused(
    signer: String
  ) async throws {
    let forged = try governance.house.revocation(by: "alice", signedBy: [signer])
    #expect(try await refusal { try await governance.revoke(forged) }?.code == .policyFailed)
    #expect(try await governance.get(active).status == .active)
  }

  @Test func revocationDatedAheadIsRefused() async throws {
    let ahead = try governance.house.revocation(at: TestHouse.epoch.adding(seconds: 60))
    #expect(try await refusal { try await governance.revoke(ahead) }?.code == .policyFailed)
  }

  @Test func revocationWithoutAReasonIsRefused() async throws {
    let revocation = try governance.house.revocation(reason: "")
    let refusal = try await refusal { try await governance.revoke(revocation) }
    #expect(refusal?.message.contains("reason: must not be empty") == true)
    #expect(try await governance.get(active).status == .active)
  }

  // MARK: From the serving plane

  @Test func servingPassesOnWhatItAccepted() async throws {
    let revocation = try governance.house.revocation(by: "carol")
    let body = Revocation(revocation: revocation)
    let answer = try Acceptance(
      await governance.plane.send(.revocationPublish, body, as: "serving-plane", on: .observe))
    #expect(answer.digest == revocation.payloadDigest)
    #expect(try await governance.get(active).status == .revoked)
    #expect(try await governance.plane.evidence(.modelApprovalRevoked).first?["received_from"] == "serving-plane")
  }

  @Test func whatServingPassesOnIsPassedBackAlsoWhenItIsKnown() async throws {
    let revocation = try governance.house.revocation()
    try await governance.revoke(revocation)
    try await governance.plane.tamper("DELETE FROM outbox")
    try await governance.plane.send(
      .revocationPublish, Revocation(revocation: revocation), as: "serving-plane", on: .observe)
    #expect(try await governance.plane.waiting(.revocationPublish).count == 1)
    #expect(try await governance.plane.evidence(.modelApprovalRevoked).count == 1)
  }

  @Test func servingsOwnSignatureRevokesNothing() async throws {
    let body = Revocation(revocation: try governance.house.revocation(by: "carol", signedBy: ["serving-plane"]))
    let refusal = try await refusal {
      try await governance.plane.send(.revocationPublish, body, as: "serving-plane", on: .observe)
    }
    #expect(refusal?.code == .policyFailed)
    #expect(try await governance.get(active).status == .active)
  }
}
