import Wire

/// A moment by both clocks: the one that says the time, which people may set, and the one that only goes on.
struct Moment: Sendable {
  let time: Timestamp
  let instant: ContinuousClock.Instant

  static func now() -> Moment { Moment(time: .now(), instant: .now) }
}

/// Until when something may be told: until its end, and for as long as there was until then by a clock that nobody sets back.
struct Freshness: Sendable {
  /// As long as a decision lives.
  private static let longest = Duration.seconds(60)

  private let until: Timestamp
  private let end: ContinuousClock.Instant

  init(until: Timestamp, from moment: Moment) {
    self.until = until
    let microseconds = until.microseconds - moment.time.microseconds
    end = moment.instant + min(Self.longest, .microseconds(max(0, microseconds)))
  }

  private init(until: Timestamp, end: ContinuousClock.Instant) { (self.until, self.end) = (until, end) }

  func holds(at moment: Moment) -> Bool { moment.time < until && moment.instant < end }

  /// For how many seconds it still holds.
  func seconds(from moment: Moment) -> Int {
    Int(max(0, min(until.seconds(since: moment.time), (end - moment.instant).components.seconds)))
  }

  /// Of two things that are told together.
  func and(_ other: Freshness) -> Freshness {
    Freshness(until: min(until, other.until), end: min(end, other.end))
  }
}
