import Foundation

/// Holds a thread that reads back, so that it takes no more than so many bytes a second from the disk.
package struct ReadingPace: Sendable {
  private static let longestPause = Duration.milliseconds(100)

  package let bytesPerSecond: Int64

  package init(bytesPerSecond: Int64) { self.bytesPerSecond = max(1, bytesPerSecond) }

  /// Blocks until as much time has passed since `start` as `done` bytes should take.
  func hold(after done: Int64, since start: ContinuousClock.Instant, _ cancellation: Cancellation) throws {
    let due = start + .seconds(Double(done) / Double(bytesPerSecond))
    while true {
      try cancellation.check()
      let pause = min(due - .now, Self.longestPause)
      guard pause > .zero else { return }
      Thread.sleep(forTimeInterval: pause / .seconds(1))
    }
  }
}
