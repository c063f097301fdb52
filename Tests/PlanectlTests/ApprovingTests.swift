import Attestations
import PlaneContract
import Signing
import Testing
import Wire

@testable import planectl

@Suite struct ApprovingTests {
  let test: TestHome
  let output: UnverifiedEnvelope

  init() throws {
    test = try TestHome(approvers: ["alice", "bob", "carol"])
    output = try test.trainingOutput()
  }

  private func session(_ name: String) throws -> Session {
    Session(test.home, root: test.root, identity: try test.identity(name))
  }

  private func proven(approvedAt now: Timestamp) throws -> ProvenApproval {
    let alice = try session("alice")
    let training = try VerifiedTrainingOutput.verify(output, root: test.root)
    let proposal = Proposal(
      environments: [EnvironmentName(checked: "production")], scopes: nil, timeToLive: nil, requiredApprovers: nil,
      profile: ProfileName(checked: "default"))
    let approval = try proposal.approval(of: training, after: nil, by: alice, now: now)
    let envelope = try UnverifiedEnvelope(attesting: approval, by: [alice.identity.signer])
    return try ProvenApproval.verify(approval: envelope, training: output, root: test.root)
  }

  private func fields(_ proven: ProvenApproval, _ status: ApprovalStatus) -> [String] {
    ApprovalReview(
      training: proven.training, approval: proven.held.predicate, payload: proven.held.digest,
      quorum: proven.held.quorum, status: status, previous: nil, root: test.root
    ).fields.lines
  }

  @Test func anApprovalDatedAheadIsNotSignedBecauseItWouldOutliveRevocations() throws {
    let now = Timestamp.now()
    let proven = try proven(approvedAt: now)
    try Approve.check(proven, .pending, test.root, now: now)
    try Approve.check(proven, .pending, test.root, now: now.adding(seconds: 3600))
    try Approve.check(proven, .pending, test.root, now: now.adding(seconds: -20))
    let failure = try #require(throws: Failure.self) {
      try Approve.check(proven, .pending, test.root, now: now.adding(seconds: -60))
    }
    #expect(failure.status == .refused && failure.message.contains("dated ahead"))
  }

  @Test func anExpiredApprovalIsNotSigned() throws {
    let proven = try proven(approvedAt: .now())
    #expect(throws: Failure.self) {
      try Approve.check(proven, .pending, test.root, now: proven.held.predicate.expiresAt)
    }
  }

  @Test func whoCanSignStillIsSaidOnlyWhileASignatureIsWanted() throws {
    let proven = try proven(approvedAt: .now())
    #expect(fields(proven, .pending).contains { $0.hasPrefix("can sign still") && $0.hasSuffix("bob, carol") })
    for status in [ApprovalStatus.active, .rejected, .revoked, .expired] {
      #expect(!fields(proven, status).contains { $0.contains("can sign still") }, "\(status)")
    }
  }

  @Test func whatHasEndedExpiresNoMore() throws {
    let proven = try proven(approvedAt: .now())
    for status in [ApprovalStatus.rejected, .revoked, .expired] {
      #expect(fields(proven, status).contains { $0.hasPrefix("valid") && $0.contains("  - (\(status.rawValue);") })
      #expect(Table([Rows.approval("approval:1", "iris", 0, status, expiresIn: 60)], now: .now()).rows[0].last == "-")
    }
    #expect(Table([Rows.approval("approval:1", "iris", 0, expiresIn: 90)], now: .now()).rows[0].last != "-")
  }

  @Test func theHintNamesSomebodyWhoCanSignStillWhereKeysLeaveItOpen() throws {
    let training = try VerifiedTrainingOutput.verify(output, root: test.root)
    let id = ApprovalID(checked: "approval:1")
    let state = ApprovalState(
      approvalID: id, status: .pending, approvers: [PrincipalID(checked: "alice")], requiredApprovers: 2)
    let next = NextApprover(state, of: training, root: test.root)
    #expect(next.command(id, keysAtHand: test.ring.entries) == "planectl approve approval:1 --as bob")
    let own = test.ring.entries.filter { $0.principal.id.text == "alice" }
    #expect(next.command(id, keysAtHand: own) == "planectl approve approval:1")
  }

  @Test func expiringWithinAnHourMeansAnHourAndNotADay() throws {
    let command = try #require(try Planectl.parseAsRoot(["approvals", "--expiring-within", "1h"]) as? ListApprovals)
    let now = Timestamp.now()
    #expect(command.expires(Rows.approval("approval:1", "iris", 0, expiresIn: 3000), now: now))
    #expect(!command.expires(Rows.approval("approval:1", "iris", 0, expiresIn: 7200), now: now))
    #expect(!command.expires(Rows.approval("approval:1", "iris", 0), now: now))
  }
}
