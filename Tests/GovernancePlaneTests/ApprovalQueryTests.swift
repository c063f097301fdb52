import Attestations
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@testable import GovernancePlane

@Suite struct ApprovalQueryTests {
  let governance: Governance

  init() async throws { governance = try await Governance() }

  /// An output of its own and an approval of it, one second after the one before.
  private func proposed(
    _ number: Int, model: String = "iris", environments: [String] = ["staging"], days: Int = 30
  ) async throws -> ModelApproval {
    governance.plane.clock.step(seconds: 1)
    let result = TestHouse.result(model: model, weights: "weights \(number)", run: "run-\(number)")
    let output = try await governance.publish(result)
    let now = governance.plane.clock.now()
    let approval = TestHouse.approval(
      of: output, result, id: "approval:\(number)", environments: environments,
      required: environments == ["staging"] ? 1 : 2,
      at: now, expiresAt: now.adding(days: days))
    try await governance.propose(approval)
    return approval
  }

  // MARK: approval.get

  @Test func activeApprovalIsGivenWithEverythingThatProvesIt() async throws {
    let approval = try await proposed(1, environments: ["production"])
    try await governance.sign(approval, as: "bob")
    let detail = try await governance.get(approval)
    #expect(detail.status == .active)
    let envelope = try #require(detail.approval)
    let held = try ProvenApproval.verify(
      approval: envelope, training: detail.trainingOutput, root: governance.house.root
    ).held
    #expect(held.isSignedByGovernance)
    #expect(detail.nandaSignatures.map(\.0.text) == ["alice", "bob"])
    for (approver, signature) in detail.nandaSignatures {
      let key = try governance.house.key(approver.text).publicKey
      #expect(key.verifies(signature, over: NandaRecord(approval).hash))
    }
  }

  @Test func pendingApprovalGivesNoNandaSignatureThatSomebodyCouldCount() async throws {
    let approval = try await proposed(1, environments: ["production"])
    let body = try await governance.plane.send(
      .approvalGet, ApprovalGet(approvalID: approval.approvalID), as: "bridge", on: .governanceRead)
    #expect(body["nanda_signatures"] == nil)
    #expect(body["status"] == "pending")
  }

  @Test func outputNobodyProposedIsFoundByItsDigest() async throws {
    let output = try await governance.publish()
    let body = ApprovalGet(trainingOutputDigest: output.payloadDigest)
    let detail = try ApprovalDetail(await governance.plane.send(.approvalGet, body, as: "alice", on: .approve))
    #expect(detail.status == .submitted)
    #expect(detail.approvalID == nil)
    #expect(detail.trainingOutput == output)
  }

  @Test func outputLeadsToTheApprovalThatStands() async throws {
    let approval = try await proposed(1)
    let body = ApprovalGet(trainingOutputDigest: approval.trainingOutputDigest)
    let detail = try ApprovalDetail(await governance.plane.send(.approvalGet, body, as: "alice", on: .approve))
    #expect(detail.approvalID == approval.approvalID)
  }

  @Test func unknownApprovalAndOutputAreNotFound() async throws {
    let approval = TestHouse.approval(of: try governance.house.trainingOutput())
    #expect(try await refusal { _ = try await governance.get(approval) }?.code == .notFound)
    let body = ApprovalGet(trainingOutputDigest: Digest(hashing: [1]))
    let refusal = try await refusal {
      try await governance.plane.send(.approvalGet, body, as: "alice", on: .approve)
    }
    #expect(refusal?.code == .notFound)
  }

  @Test(arguments: ["trainer", "training-plane", "serving-plane"]) func whoMayNotReadIsRefused(
    sender: String
  ) async throws {
    let approval = try await proposed(1)
    #expect(try await refusal { _ = try await governance.get(approval, as: sender) }?.code == .forbidden)
  }

  // MARK: approval.list

  @Test func eachStatusIsListedUnderItsName() async throws {
    let rejected = try await proposed(1, environments: ["production"])
    try await governance.reject(rejected)
    let revoked = try await proposed(2)
    let revocation = try governance.house.revocation(
      of: TestHouse.result(weights: "weights 2"), at: governance.plane.clock.now())
    try await governance.revoke(revocation)
    let expired = try await proposed(3, days: 1)
    governance.plane.clock.step(seconds: 2 * 86_400)
    let pending = try await proposed(4, environments: ["production"])
    let active = try await proposed(5)
    let expected: [(ApprovalStatus, ModelApproval)] = [
      (.rejected, rejected), (.revoked, revoked), (.expired, expired), (.pending, pending), (.active, active),
    ]
    for (status, approval) in expected {
      let items = try await governance.list(ApprovalList(status: status)).items
      #expect(items.map(\.approvalID) == [approval.approvalID], "\(status)")
      #expect(items.first?.status == status)
    }
    // The outputs of what was rejected and what expired are open again.
    let submitted = try await governance.list(ApprovalList(status: .submitted)).items
    #expect(submitted.map(\.trainingOutputDigest) == [expired, rejected].map(\.trainingOutputDigest))
    #expect(try await governance.list().items.count == 7)
  }

  @Test func summaryTellsWhatAPersonAsks() async throws {
    let approval = try await proposed(1, environments: ["staging", "production"])
    let item = try #require(await governance.list().items.first)
    #expect(item.environments == approval.environments)
    #expect(item.approvers.map(\.text) == ["alice"])
    #expect(item.requiredApprovers == 2)
    #expect(item.submittedBy.text == "trainer")
    #expect(item.expiresAt == approval.expiresAt)
  }

  @Test func listIsFilteredByModel() async throws {
    _ = try await proposed(1, model: "iris")
    _ = try await proposed(2, model: "wine")
    let items = try await governance.list(ApprovalList(modelID: ModelID(checked: "wine"))).items
    #expect(items.map(\.modelID.text) == ["wine"])
  }

  @Test func onlyActiveApprovalsExpireSoon() async throws {
    let soon = try await proposed(1, days: 3)
    _ = try await proposed(2, days: 30)
    _ = try await proposed(3, environments: ["production"], days: 3)
    let items = try await governance.list(ApprovalList(expiringWithinDays: 7)).items
    #expect(items.map(\.approvalID) == [soon.approvalID])
  }

  @Test func pagesShowEverythingOnceWhileOthersComeIn() async throws {
    for number in 1...7 { _ = try await proposed(number) }
    var seen: [String] = []
    var after: String?
    repeat {
      let page = try await governance.list(ApprovalList(after: after, limit: 2))
      seen += page.items.compactMap(\.approvalID?.text)
      after = page.next
      _ = try await proposed(100 + seen.count)
    } while after != nil
    #expect(seen == (1...7).reversed().map { "approval:\($0)" })
  }

  @Test func pagesOfTheLongestItemsFitAFrameAndShowEverythingOnce() async throws {
    let output = try await governance.publish()
    let environments = (0..<64).map { String(repeating: "e", count: 60) + "-\($0)" }
    let approvals = (0..<150).map {
      TestHouse.approval(of: output, id: "approval:\($0)", environments: environments, at: TestHouse.epoch)
    }
    let keys = [try governance.house.key("alice").publicKey]
    let stored = try approvals.map {
      try governance.house.signed($0, by: ["alice"]).attested(ModelApproval.self, by: keys)
    }
    try await governance.plane.context.commit { database in
      for approval in stored { try ApprovalStore().insert(approval, receivedAt: TestHouse.epoch, in: database) }
    }
    var seen: [String] = []
    var after: String?
    repeat {
      let page = try await governance.list(ApprovalList(after: after, limit: ApprovalList.maximumLimit))
      #expect(page.fields.serialized().count < 512 * 1024)
      seen += page.items.compactMap(\.approvalID?.text)
      after = page.next
    } while after != nil
    #expect(seen.count == 150)
    #expect(Set(seen) == Set(approvals.map(\.approvalID.text)))
  }

  @Test(arguments: ["", "x", "1.2", "9223372036854775808.00", "1.\(String(repeating: "A", count: 64))"])
  func cursorThatIsNoneIsRefused(after: String) async throws {
    #expect(try await refusal { _ = try await governance.list(ApprovalList(after: after)) }?.code == .invalidRequest)
  }
}
