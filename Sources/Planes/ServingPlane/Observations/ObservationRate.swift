import PlaneContract
import Synchronization
import Wire

/// How many observations a monitor may send in a minute, right or wrong. In memory: a restart forgives.
final class ObservationRate: Sendable {
  static let perMinute = 30

  private struct Minute {
    var number: Int64 = 0
    var counts: [PrincipalID: Int] = [:]
  }

  private let minute = Mutex(Minute())

  /// - Throws: `Refusal(.overloaded)` beyond the rate.
  func admit(_ monitor: PrincipalID, at now: Timestamp) throws(Refusal) {
    let number = now.microseconds / (60 * Timestamp.microsecondsPerSecond)
    let count = minute.withLock { minute in
      if minute.number != number { minute = Minute(number: number) }
      minute.counts[monitor, default: 0] += 1
      return minute.counts[monitor] ?? 0
    }
    guard count <= Self.perMinute else {
      throw Refusal(.overloaded, "\(monitor) has sent \(Self.perMinute) observations this minute; send longer windows")
    }
  }
}
