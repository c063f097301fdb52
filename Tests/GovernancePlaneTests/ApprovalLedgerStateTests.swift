import PlaneContract
import TestSupport
import Testing
import Wire

@testable import GovernancePlane

@Suite struct ApprovalLedgerStateTests {
  private let start = TestHouse.epoch
  private func proposal(days: Int = 30) -> ApprovalLedgerState {
    ApprovalLedgerState(approvedAt: start, expiresAt: start.adding(days: days))
  }

  @Test func proposalIsPendingForSevenDays() {
    #expect(proposal().status(at: start) == .pending)
    #expect(proposal().status(at: start.adding(days: 7).adding(seconds: -1)) == .pending)
    #expect(proposal().status(at: start.adding(days: 7)) == .expired)
  }

  @Test func shortApprovalExpiresBeforeItsSevenDaysAreOver() {
    #expect(proposal(days: 2).status(at: start.adding(days: 2)) == .expired)
  }

  @Test func completeApprovalIsActiveUntilItsEnd() {
    var state = proposal()
    state.isComplete = true
    #expect(state.status(at: start.adding(days: 20)) == .active)
    #expect(state.status(at: start.adding(days: 30).adding(seconds: -1)) == .active)
    #expect(state.status(at: start.adding(days: 30)) == .expired)
  }

  @Test(arguments: [true, false]) func rejectionIsNeverUndone(isComplete: Bool) {
    var state = proposal()
    state.isRejected = true
    state.isComplete = isComplete
    #expect(state.status(at: start) == .rejected)
    #expect(state.status(at: start.adding(days: 400)) == .rejected)
  }

  @Test(arguments: [true, false]) func revocationIsNeverUndone(isRejected: Bool) {
    var state = proposal()
    state.isComplete = true
    state.isRejected = isRejected
    state.isRevoked = true
    #expect(state.status(at: start) == .revoked)
    #expect(state.status(at: start.adding(days: 400)) == .revoked)
  }

  @Test func onlyRejectedAndExpiredApprovalsLeaveTheirOutputOpen() {
    var state = proposal()
    #expect(!state.leavesOutputOpen(at: start))
    #expect(state.leavesOutputOpen(at: start.adding(days: 8)))
    state.isRevoked = true
    #expect(!state.leavesOutputOpen(at: start.adding(days: 8)))
    state.isRevoked = false
    state.isRejected = true
    #expect(state.leavesOutputOpen(at: start))
  }
}
