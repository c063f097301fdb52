/// For how long an answer is worth working for.
struct Patience: Sendable {
  let deadline: ContinuousClock.Instant
  /// Whether there is still somebody to have it.
  let isWanted: @Sendable () -> Bool

  init(_ duration: Duration, isWanted: @escaping @Sendable () -> Bool = { true }) {
    deadline = .now + duration
    self.isWanted = isWanted
  }

  /// - Throws: `Overload` where it is not.
  func check() throws { guard .now < deadline, isWanted() else { throw Overload() } }
}
