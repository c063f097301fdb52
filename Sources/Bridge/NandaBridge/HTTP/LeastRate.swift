/// How slow a client may be: some time to begin with, and from then on so many bytes a second on the whole.
struct LeastRate: Sendable {
  static let grace = Duration.seconds(10)
  static let bytesPerSecond = 32 << 10

  private let start: ContinuousClock.Instant

  init(from start: ContinuousClock.Instant = .now) { self.start = start }

  func isKept(after byteCount: Int, at instant: ContinuousClock.Instant = .now) -> Bool {
    instant - start <= Self.grace + .seconds(byteCount / Self.bytesPerSecond)
  }
}
