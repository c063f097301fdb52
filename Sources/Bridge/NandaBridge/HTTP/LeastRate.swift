import Synchronization

/// How slow a client may be. It has some time to begin with; every byte gives it more, and never more than that: what went fast long ago
/// excuses nobody who is slow now.
final class LeastRate: Sendable {
  static let bytesPerSecond = 32 << 10

  private let patience: Duration
  private let end: Mutex<ContinuousClock.Instant>

  /// - Parameter patience: for how long nothing may happen.
  init(patience: Duration = .seconds(10), from start: ContinuousClock.Instant = .now) {
    self.patience = patience
    end = Mutex(start + patience)
  }

  /// Takes down how many bytes have gone. False where they go too late.
  func isKept(by byteCount: Int, at instant: ContinuousClock.Instant = .now) -> Bool {
    end.withLock { end in
      guard instant <= end else { return false }
      end = min(end + .seconds(Double(byteCount) / Double(Self.bytesPerSecond)), instant + patience)
      return true
    }
  }

  /// Returns once the client is too slow, also where nothing comes at all.
  func lapse() async throws {
    while case let end = end.withLock({ $0 }), .now <= end {
      try await Task.sleep(until: end + .milliseconds(1), clock: .continuous)
    }
  }
}
