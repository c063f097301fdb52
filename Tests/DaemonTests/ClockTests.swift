import TestSupport
import Testing
import Wire

@testable import Daemon

@Suite struct ClockTests {
  private let start = Timestamp(microseconds: 1_767_323_045_000_000)

  private func hasJumped(wall: Int, boot: Int64) -> Bool {
    ClockJumpGuard(wall: start, bootMicroseconds: 5_000_000)
      .hasJumpedAhead(wall: start.adding(seconds: wall), bootMicroseconds: 5_000_000 + boot * 1_000_000)
  }

  @Test func timeThatPassesOnBothClocksIsNoJump() {
    #expect(!hasJumped(wall: 0, boot: 0))
    #expect(!hasJumped(wall: 86_400 * 365, boot: 86_400 * 365))
  }

  @Test func aWallClockSetAheadByOverFiveMinutesIsNoticed() {
    #expect(!hasJumped(wall: 300, boot: 0))
    #expect(hasJumped(wall: 301, boot: 0))
    #expect(hasJumped(wall: 86_400 + 301, boot: 86_400))
  }

  @Test func aWallClockSetBackIsNoJumpAhead() {
    #expect(!hasJumped(wall: -100_000, boot: 10))
  }

  @Test func theSystemClockMovesOnAndHasNotJumped() {
    let clock = SystemClock()
    let first = clock.reading()
    #expect(!first.hasJumpedAhead)
    #expect(first.time <= clock.now())
  }

  @Test func aSteppedClockStandsStillUntilItIsStepped() {
    let clock = SteppedClock(start)
    #expect(clock.now() == start)
    clock.step(seconds: -5)
    #expect(clock.now() == start.adding(seconds: -5))
    clock.set(ClockReading(time: start, hasJumpedAhead: true))
    #expect(clock.reading().hasJumpedAhead)
  }
}
