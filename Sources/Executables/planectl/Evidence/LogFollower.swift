import MerkleLog
import PlaneContract
import Signing
import Wire

/// Goes on with a log as it grows. A plane that is away is asked again; when it is back its log must be the one that was read, grown.
struct LogFollower {
  private static let pause = Duration.milliseconds(500)

  let log: EvidenceLog
  private var reading: VerifiedReading
  private var isAway = false

  init(_ reading: VerifiedReading, of log: EvidenceLog) {
    self.log = log
    self.reading = reading
  }

  /// What `ask` gives, as soon as the plane answers that it asks.
  static func patiently<Value>(_ ask: () async throws -> Value) async throws -> Value {
    var isAway = false
    while true {
      do { return try await ask() } catch {
        let failure = Failure(explaining: error)
        guard failure.status == .unreachable else { throw error }
        if !isAway { tellAway(failure) }
        isAway = true
        try await Task.sleep(for: pause)
      }
    }
  }

  private static func tellAway(_ failure: Failure) {
    Console.message("\(shown(failure.message)); its log is followed once it answers")
  }

  /// Returns only when the task is cancelled; throws what `tell` throws, and when the log is no longer what it was.
  mutating func follow(_ tell: ([UnverifiedEntry]) throws -> Void) async throws {
    while !Task.isCancelled {
      guard let page = try await news() else {
        try await Task.sleep(for: Self.pause)
        continue
      }
      try tell(page)
    }
  }

  /// Nil while there is nothing new, or nobody who could say so.
  private mutating func news() async throws -> [UnverifiedEntry]? {
    do {
      if reading.isAtHead { try reading.advance(to: await log.head()) }
      let page = try await reading.page()
      if isAway { Console.message("\(log.plane.planeName) answers again, and its log is the one that was read, grown") }
      isAway = false
      return page
    } catch {
      let failure = Failure(explaining: error)
      guard failure.status == .unreachable else { throw error }
      if !isAway { Self.tellAway(failure) }
      isAway = true
      return nil
    }
  }
}
