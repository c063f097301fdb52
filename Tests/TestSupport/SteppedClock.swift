import Daemon
import Synchronization
import Wire

/// A clock that stands still until it is stepped: for tests of what time decides.
package final class SteppedClock: PlaneClock {
  private let current: Mutex<ClockReading>

  package init(_ start: Timestamp) { current = Mutex(ClockReading(time: start)) }

  package func reading() -> ClockReading { current.withLock { $0 } }

  /// Moves on by `seconds`, or back when negative.
  package func step(seconds: Int) {
    step(milliseconds: seconds * 1000)
  }

  /// The same in finer steps; whether the clock is to be believed stays as it was.
  package func step(milliseconds: Int) {
    current.withLock {
      let time = Timestamp(microseconds: $0.time.microseconds + Int64(milliseconds) * 1000)
      $0 = ClockReading(time: time, hasJumpedAhead: $0.hasJumpedAhead, isSettled: $0.isSettled)
    }
  }

  package func set(_ reading: ClockReading) { current.withLock { $0 = reading } }
}
