import Attestations
import Daemon
import MerkleLog
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@testable import GovernancePlane

/// Governance under the next trust root: what is pending and active is judged by the roster and policy in force.
@Suite struct GovernanceTrustTests {
  let governance: Governance
  var house: TestHouse { governance.house }

  init() async throws { governance = try await Governance() }

  @Test func aRetiredApproverProposesAndSignsNothing() async throws {
    let approval = try await proposed()
    try await governance.plane.accept(house.next { $0.retire("carol") })
    let signing = try await refusal { try await governance.sign(approval, as: "carol") }
    let proposing = try await refusal { try await propose(by: "carol", id: "2") }
    #expect(signing?.code == .unauthenticated)
    #expect(proposing?.code == .unauthenticated)
    #expect(try await status(approval) == .pending)
  }

  @Test func aChangeJudgedUnderTheRootBeforeIsNotMade() async throws {
    let next = try house.next { $0.retire("bob") }
    let request = try OutgoingRequest(
      .approvalSign, body: [:], from: house.principal("bob").id, to: governance.plane.context.principal.id,
      signer: house.key("bob"), now: governance.plane.clock.now())
    let admitted = try Admission(plane: governance.plane.context.principal.id, root: house.root)
      .admit(request.frame, on: .approve, now: governance.plane.clock.now())
    try await governance.plane.accept(next)
    let refused = try await refusal { try await governance.plane.context.commit(for: admitted) { _ in } }
    #expect(refused?.code == .unavailable)
    #expect(refused?.message.contains("changed to version 2") == true)
  }

  @Test func aPolicyThatChangedBetweenProposeAndApproveIsTheOneThatCounts() async throws {
    let approval = try await proposed()
    try await governance.plane.accept(house.next { try $0.require(3, in: "production") })
    #expect(try await governance.sign(approval, as: "bob").status == .pending)
    let state = try await governance.sign(approval, as: "carol")
    #expect(state.status == .active)
    #expect(state.requiredApprovers == 3)
  }

  @Test func aRaisedThresholdTakesAnActiveApprovalBackUntilAnotherSigns() async throws {
    let approval = try await active()
    try await governance.plane.accept(house.next { try $0.require(3, in: "production") })
    #expect(try await status(approval) == .pending)
    #expect(try await listed(approval)?.status == .pending)
    // It was complete once, so it may wait longer than a proposal.
    governance.plane.clock.step(seconds: 10 * 86_400)
    #expect(try await governance.sign(approval, as: "carol").status == .active)
    #expect(try await governance.published().count == 1)
  }

  @Test func whatARemovedApproverSignedDoesNotCount() async throws {
    let approval = try await active()
    try await governance.plane.accept(house.next { $0.remove("bob") })
    #expect(try await governance.get(approval).approvers.map(\.text) == ["alice"])
    #expect(try await listed(approval)?.approvers.map(\.text) == ["alice"])
    #expect(try await status(approval) == .pending)
    #expect(try await governance.sign(approval, as: "carol").status == .active)
  }

  @Test func whatARetiredApproverSignedBeforeCountsOn() async throws {
    let approval = try await active()
    try await governance.plane.accept(house.next { $0.retire("bob") })
    #expect(try await governance.get(approval).approvers.map(\.text) == ["alice", "bob"])
    #expect(try await status(approval) == .active)
    #expect(try await listed(approval)?.status == .active)
  }

  @Test func aRemovedSubmittersModelIsNotActive() async throws {
    let approval = try await active()
    try await governance.plane.accept(house.next { $0.remove("trainer") })
    #expect(try await status(approval) == .pending)
    #expect(try await governance.sign(approval, as: "carol").status == .pending)
  }

  @Test func anOutputOfAReplacedTrainingKeyIsNotProposed() async throws {
    let output = try await governance.publish()
    let key = try SecretKey.generate()
    let next = try house.next(newKeys: ["training-plane": key]) { $0.replaceKey(of: "training-plane", with: key) }
    try await governance.plane.accept(next)
    let refused = try await refusal { _ = try await propose(output) }
    #expect(refused?.code == .policyFailed)
    #expect(refused?.message.contains("training key") == true, "\(String(describing: refused))")

    let again = try UnverifiedEnvelope(signing: output.payload, as: .statement, by: [key])
    let body = TrainingPublication(attestation: again)
    _ = try await governance.plane.send(.trainingPublish, body, as: "training-plane", on: .ingest, signedBy: key)
    let approval = try await propose(output)
    #expect(try await governance.sign(approval, as: "bob").status == .active)
  }

  @Test func whatARemovedApproverRejectedStaysClosed() async throws {
    let approval = try await proposed()
    try await governance.reject(approval, as: "bob")
    try await governance.plane.accept(house.next { $0.remove("bob") })
    #expect(try await status(approval) == .rejected)
  }

  @Test func aReplacedKeySignsWhatIsStoredAgainPayloadUnchanged() async throws {
    let (one, other) = (try await active(), try await active(id: "2", run: "run-2"))
    let pending = try await proposed(id: "3", run: "run-3")
    let before = try #require(try await governance.get(one).approval)
    let (restarted, next) = try await restartedWithANewKey()
    #expect(try await restarted.get(one).status == .pending)
    try await restarted.plane.tamper("DELETE FROM outbox")

    try await ApprovalRenewal(context: restarted.plane.context).renewAll()
    let after = try #require(try await restarted.get(one).approval)
    #expect(after.payload == before.payload)
    #expect(throws: Never.self) {
      try after.verified(as: .statement, by: [next.key("governance-plane").publicKey])
    }
    for approval in [one, other] { #expect(try await restarted.get(approval).status == .active) }
    #expect(try await restarted.get(pending).status == .pending)
    #expect(try await restarted.published().count == 2)
    // Again does nothing again.
    try await restarted.plane.tamper("DELETE FROM outbox")
    try await ApprovalRenewal(context: restarted.plane.context).renewAll()
    #expect(try await restarted.published().isEmpty)
  }

  @Test func aReplacedKeySignsNothingWhoseQuorumFell() async throws {
    let approval = try await active()
    let (restarted, _) = try await restartedWithANewKey { $0.remove("bob") }
    try await ApprovalRenewal(context: restarted.plane.context).renewAll()
    #expect(try await restarted.get(approval).status == .pending)
    #expect(try await restarted.sign(approval, as: "carol").status == .active)
  }

  @Test func whatIsSignedAgainIsJudgedByTheRootThatWasAcceptedLast() async throws {
    try await active()
    let (restarted, _) = try await restartedWithANewKey()
    // A reload has put the next root on record and not yet in force.
    try await restarted.plane.tamper("INSERT INTO trust_root VALUES (3, 'sha256:3', x'00', 0)")
    let refused = try await refusal { try await ApprovalRenewal(context: restarted.plane.context).renewAll() }
    #expect(refused?.code == .unavailable)
    #expect(try await restarted.plane.evidence(.modelApproved).count == 1)
  }

  @Test func whileTheEvidenceIsInDoubtOrALogIsDisputedNothingIsSignedAgain() async throws {
    let approval = try await active()
    let (restarted, _) = try await restartedWithANewKey()
    let context = restarted.plane.context
    let head = try PretendLog(of: .governance, in: house, count: 99, differingFrom: 0)
      .head(99, cosignedBy: .serving, in: house)
    try await OwnLog(context: context).compare(head.note, seenBy: .serving)
    #expect(try await refusal { try await ApprovalRenewal(context: context).renewAll() }?.code == .unavailable)
    try await restarted.plane.tamper("DELETE FROM log_dispute")
    context.evidence.report("table approval: a row that nobody accepted", to: restarted.plane.log.logger)
    let refused = try await refusal { try await ApprovalRenewal(context: context).renewAll() }
    #expect(refused?.code == .unavailable && refused?.message.contains("a row that nobody accepted") == true)
    #expect(try await restarted.get(approval).status == .pending)
    #expect(try await restarted.plane.evidence(.modelApproved).count == 1)
  }

  @Test func theAcceptedRootIsInTheEvidence() async throws {
    let next = try house.next { $0.retire("bob") }
    try await governance.plane.accept(next)
    let entry = try #require(try await governance.plane.evidence(.trustRootAccepted).last)
    #expect(entry["version"]?.int == 2)
    #expect(entry["digest"]?.string == next.root.digest.description)
  }

  // The steps.

  private func propose(
    _ output: UnverifiedEnvelope, by approver: String = "alice", id: String = "1", run: String = "run-1"
  )
    async throws -> ModelApproval
  {
    let approval = TestHouse.approval(
      of: output, TestHouse.result(run: run), by: approver, id: "approval:000000000000000\(id)",
      environments: ["production"], required: 2, at: governance.plane.clock.now())
    try await governance.propose(approval, as: approver)
    return approval
  }

  @discardableResult
  private func propose(by approver: String, id: String) async throws -> ApprovalState {
    let output = try house.trainingOutput()
    let approval = TestHouse.approval(of: output, by: approver, id: "approval:000000000000000\(id)")
    return try await governance.propose(approval, as: approver)
  }

  private func proposed(id: String = "1", run: String = "run-1") async throws -> ModelApproval {
    try await propose(governance.publish(TestHouse.result(run: run)), id: id, run: run)
  }

  @discardableResult
  private func active(id: String = "1", run: String = "run-1") async throws -> ModelApproval {
    let approval = try await proposed(id: id, run: run)
    #expect(try await governance.sign(approval, as: "bob").status == .active)
    return approval
  }

  private func status(_ approval: ModelApproval) async throws -> ApprovalStatus {
    try await governance.get(approval).status
  }

  private func listed(_ approval: ModelApproval) async throws -> ApprovalSummary? {
    try await governance.list().items.first { $0.approvalID == approval.approvalID }
  }

  /// The plane's process after its key was replaced: governance starts on the same database.
  private func restartedWithANewKey(
    _ change: (inout TrustRootDraft) throws -> Void = { _ in }
  ) async throws -> (Governance, TestHouse) {
    let key = try SecretKey.generate()
    let next = try house.next(newKeys: ["governance-plane": key]) { draft in
      draft.replaceKey(of: "governance-plane", with: key)
      try change(&draft)
    }
    try governance.plane.context.database.close()
    return (try await Governance(in: next, directory: governance.plane.directory), next)
  }
}
