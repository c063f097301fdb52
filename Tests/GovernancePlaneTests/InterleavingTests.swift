import Attestations
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// Everybody at once: an approval of one model is proposed, signed, rejected and revoked by several people at the same time, some of
/// them twice and some with what is not theirs. Whatever comes first: nothing is ever active without its quorum, and no revocation is
/// lost.
@Suite struct InterleavingTests {
  private static let rounds = LongTests.areAsked ? 1000 : 150
  private static let atATime = 50

  @Test func whateverComesFirstNothingIsActiveWithoutItsQuorumAndNoRevocationIsLost() async throws {
    var choices = SeededGenerator()
    print("InterleavingTests: TEST_SEED=\(choices.seed), \(Self.rounds) rounds")
    let governance = try await Governance()
    var ended: [ApprovalID: ApprovalStatus] = [:]
    for start in stride(from: 0, to: Self.rounds, by: Self.atATime) {
      var rounds: [InterleavingRound] = []
      for number in start..<min(start + Self.atATime, Self.rounds) {
        rounds.append(try InterleavingRound(number, at: governance, &choices))
      }
      try await withThrowingTaskGroup(of: (ApprovalID, ApprovalStatus?).self) { group in
        for round in rounds { group.addTask { (round.approval.approvalID, try await round.play()) } }
        for try await (id, status) in group { ended[id] = status }
      }
    }
    #expect(ended.count > Self.rounds / 2)
    #expect(Set(ended.values) == [.pending, .active, .rejected, .revoked], "every end came about")
    try await expectTheSameAfterARestart(governance, ended)
  }

  private func expectTheSameAfterARestart(
    _ governance: Governance, _ ended: [ApprovalID: ApprovalStatus]
  ) async throws {
    try governance.plane.context.database.close()
    let again = try await Governance(in: governance.house, directory: governance.plane.directory)
    again.plane.clock.set(governance.plane.clock.reading())
    var after: String?
    var told: [ApprovalID: ApprovalStatus] = [:]
    repeat {
      let page = try await again.list(ApprovalList(after: after, limit: ApprovalList.maximumLimit))
      for item in page.items { if let id = item.approvalID { told[id] = item.status } }
      after = page.next
    } while after != nil
    #expect(told == ended)
  }
}
