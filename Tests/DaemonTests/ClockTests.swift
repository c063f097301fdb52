import TestSupport
import Testing
import Wire

@testable import Daemon

@Suite struct ClockTests {
  private let start = Timestamp(microseconds: 1_767_323_045_000_000)

  /// A guard that started with both clocks at rest, and its readings as they move by so many seconds each.
  private struct Watched {
    private var wall: Timestamp
    private var boot: Int64 = 5_000_000
    private var jumpGuard: ClockJumpGuard

    init(at start: Timestamp, unaccepted: Timestamp? = nil, highest: Timestamp? = nil) {
      wall = start
      jumpGuard = ClockJumpGuard(wall: start, bootMicroseconds: boot, unaccepted: unaccepted, highest: highest)
    }

    /// - Parameter microseconds: by which the wall clock is set, besides the time that passes.
    mutating func passing(_ seconds: Int, setting microseconds: Int64 = 0) -> ClockReading {
      boot += Int64(seconds) * 1_000_000
      wall = Timestamp(microseconds: wall.adding(seconds: seconds).microseconds + microseconds)
      return jumpGuard.reading(wall: wall, bootMicroseconds: boot)
    }
  }

  private static let day: Int64 = 86_400_000_000
  private static let to2038: Int64 = 380_000_000_000_000

  @Test func timeThatPassesOnBothClocksIsNoJump() {
    var clock = Watched(at: start)
    #expect(clock.passing(0) == ClockReading(time: start))
    let reading = clock.passing(86_400 * 365)
    #expect(!reading.hasJumpedAhead && reading.isSettled)
  }

  @Test(arguments: [1000, 300_000_000]) func aStepOfAMillisecondOrOfFiveMinutesIsNoJump(_ step: Int64) {
    var clock = Watched(at: start)
    let reading = clock.passing(10, setting: step)
    #expect(!reading.hasJumpedAhead && reading.isSettled)
    #expect(!clock.passing(10, setting: -step).hasJumpedAhead)
  }

  @Test(arguments: [301_000_000, day, to2038]) func aWallClockSetAheadIsNoticedAndSettlesAfter15Minutes(_ step: Int64) {
    var clock = Watched(at: start)
    let jumped = clock.passing(10, setting: step)
    #expect(jumped.hasJumpedAhead && !jumped.isSettled)
    #expect(!clock.passing(899).isSettled)
    let later = clock.passing(1)
    #expect(later.isSettled && later.hasJumpedAhead, "it settles, and is not believed for that")
  }

  @Test func smallStepsAddUp() {
    var clock = Watched(at: start)
    #expect(!clock.passing(1, setting: 200_000_000).hasJumpedAhead)
    let reading = clock.passing(1, setting: 200_000_000)
    #expect(reading.hasJumpedAhead && !reading.isSettled)
  }

  @Test func aSecondJumpBegins15MinutesAnew() {
    var clock = Watched(at: start)
    _ = clock.passing(1, setting: Self.day)
    _ = clock.passing(800)
    _ = clock.passing(1, setting: Self.to2038)
    #expect(!clock.passing(800).isSettled)
    #expect(clock.passing(100).isSettled)
  }

  @Test func aWallClockSetBackIsNoJumpAheadButHasToSettle() {
    var clock = Watched(at: start)
    let back = clock.passing(10, setting: -Self.day)
    #expect(!back.hasJumpedAhead && !back.isSettled)
    let forth = clock.passing(900, setting: Self.day)
    #expect(!forth.hasJumpedAhead, "back and forth is where it was")
    #expect(!forth.isSettled && clock.passing(900).isSettled)
  }

  @Test func aJumpThatNobodyAcceptedIsStillOneAfterARestart() {
    let jump = start.adding(days: 1)
    var clock = Watched(at: jump.adding(seconds: 5), unaccepted: jump)
    let reading = clock.passing(1)
    #expect(reading.hasJumpedAhead && !reading.isSettled)
    // Set right, the clock is believed, also when it comes to that time by itself; set ahead again, it is not.
    #expect(!clock.passing(1, setting: -Self.day).hasJumpedAhead)
    #expect(!clock.passing(86_400).hasJumpedAhead)
    #expect(clock.passing(1, setting: Self.day).hasJumpedAhead)
  }

  @Test func aStartLongAfterTheLastTimeOnRecordHasToSettle() {
    var late = Watched(at: start, highest: start.adding(seconds: -301))
    #expect(!late.passing(1).isSettled && late.passing(900).isSettled)
    var soon = Watched(at: start, highest: start.adding(seconds: -299))
    #expect(soon.passing(1).isSettled)
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
