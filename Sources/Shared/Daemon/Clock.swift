import CLinux
import Synchronization
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
  /// The wall clock runs ahead of the boot clock by over five minutes, and nobody has accepted that: such a time is not persisted as
  /// seen (DESIGN section 5).
  package let hasJumpedAhead: Bool
  /// False for 15 minutes after a jump: nothing that runs is ended because of the time meanwhile.
  package let isSettled: Bool

  package init(time: Timestamp, hasJumpedAhead: Bool = false, isSettled: Bool = true) {
    self.time = time
    self.hasJumpedAhead = hasJumpedAhead
    self.isSettled = isSettled
  }
}

/// The machine's clock.
package final class SystemClock: PlaneClock {
  private let jumpGuard: Mutex<ClockJumpGuard>

  /// - Parameters:
  ///   - unaccepted: the time to which the clock jumped in an earlier process, if nobody has accepted it since.
  ///   - highest: the highest time that the plane has persisted.
  package init(unaccepted: Timestamp? = nil, highest: Timestamp? = nil) {
    jumpGuard = Mutex(
      ClockJumpGuard(
        wall: .now(), bootMicroseconds: Self.bootMicroseconds, unaccepted: unaccepted, highest: highest))
  }

  package func reading() -> ClockReading {
    jumpGuard.withLock { $0.reading(wall: .now(), bootMicroseconds: Self.bootMicroseconds) }
  }

  private static var bootMicroseconds: Int64 { clinux_boottime_ns() / 1000 }
}
