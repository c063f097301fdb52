import Wire

/// Decides which refusals get an evidence entry: 10 a minute for each principal, and one aggregate for the rest of that
/// minute (DESIGN section 7), so that nobody can fill a disk by being refused. Pure: time comes from outside.
struct RefusalRate: Sendable {
  static let entriesPerMinute = 10
  /// Principals told apart in one minute, and aggregates that may wait to be written.
  static let principalLimit = 1024

  private static let microsecondsPerMinute = 60 * Timestamp.microsecondsPerSecond

  private struct Tally {
    var entries = 0
    var suppressed = 0
  }

  private var minute: Int64 = 0
  private var tallies: [String?: Tally] = [:]
  private var finished: [RefusalAggregate] = []

  /// Counts a refusal; true when it gets an entry of its own.
  mutating func admit(_ principal: String, at time: Timestamp) -> Bool {
    advance(to: time)
    let key = tallies[principal] != nil || tallies.count < Self.principalLimit ? principal : nil
    guard key != nil, tallies[key, default: Tally()].entries < Self.entriesPerMinute else {
      tallies[key, default: Tally()].suppressed += 1
      return false
    }
    tallies[key, default: Tally()].entries += 1
    return true
  }

  /// The entry that `admit` granted could not be written: it counts among the suppressed.
  mutating func entryFailed(_ principal: String) { tallies[principal, default: Tally()].suppressed += 1 }

  /// Hands over the aggregates of minutes that are over at `time`.
  mutating func takeFinished(at time: Timestamp) -> [RefusalAggregate] {
    advance(to: time)
    defer { finished = [] }
    return finished
  }

  /// Takes back aggregates that could not be written; beyond the limit the newest are kept.
  mutating func putBack(_ aggregates: [RefusalAggregate]) {
    finished = Array((aggregates + finished).suffix(Self.principalLimit))
  }

  private mutating func advance(to time: Timestamp) {
    let now = time.microseconds / Self.microsecondsPerMinute
    guard now != minute else { return }
    let start = Timestamp(microseconds: minute * Self.microsecondsPerMinute)
    let over = tallies.filter { $0.value.suppressed > 0 }.map {
      RefusalAggregate(principal: $0.key, minute: start, count: $0.value.suppressed)
    }
    finished += over.sorted { ($0.principal ?? "") < ($1.principal ?? "") }
    putBack([])
    tallies = [:]
    minute = now
  }
}
