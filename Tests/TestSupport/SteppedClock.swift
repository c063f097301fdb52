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
    current.withLock { $0 = ClockReading(time: $0.time.adding(seconds: seconds), hasJumpedAhead: $0.hasJumpedAhead) }
  }

  package func set(_ reading: ClockReading) { current.withLock { $0 = reading } }
}
