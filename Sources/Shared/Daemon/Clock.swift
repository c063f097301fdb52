import CLinux
import Wire

/// What a plane asks for the time, so that tests can step it.
package protocol PlaneClock: Sendable {
  func reading() -> ClockReading
}

extension PlaneClock {
  package func now() -> Timestamp { reading().time }
}

/// The wall clock's time, and whether it is to be believed.
package struct ClockReading: Sendable, Equatable {
  package let time: Timestamp
  /// The wall clock ran ahead of the boot clock by over five minutes since the start: such a time is not persisted as seen
  /// (DESIGN section 5).
  package let hasJumpedAhead: Bool

  package init(time: Timestamp, hasJumpedAhead: Bool = false) {
    self.time = time
    self.hasJumpedAhead = hasJumpedAhead
  }
}

/// The machine's clock.
package struct SystemClock: PlaneClock {
  private let jumpGuard: ClockJumpGuard

  package init() { jumpGuard = ClockJumpGuard(wall: .now(), bootMicroseconds: Self.bootMicroseconds) }

  package func reading() -> ClockReading {
    let wall = Timestamp.now()
    let hasJumped = jumpGuard.hasJumpedAhead(wall: wall, bootMicroseconds: Self.bootMicroseconds)
    return ClockReading(time: wall, hasJumpedAhead: hasJumped)
  }

  private static var bootMicroseconds: Int64 { clinux_boottime_ns() / 1000 }
}

/// Compares the wall clock, which anybody who can set it moves, with the boot clock, which nobody moves. Pure.
struct ClockJumpGuard: Sendable {
  static let toleranceMicroseconds = 300 * Timestamp.microsecondsPerSecond

  private let startWall: Timestamp
  private let startBoot: Int64

  /// Takes both clocks as they stood when the plane started.
  init(wall: Timestamp, bootMicroseconds: Int64) {
    startWall = wall
    startBoot = bootMicroseconds
  }

  func hasJumpedAhead(wall: Timestamp, bootMicroseconds: Int64) -> Bool {
    let wallElapsed = wall.microseconds - startWall.microseconds
    return wallElapsed - (bootMicroseconds - startBoot) > Self.toleranceMicroseconds
  }
}
