import Synchronization

/// Told after every piece that was read; both counts are bytes, the first never falls and ends at the second. It is called
/// by one thread at a time, holding the others up, so it should be quick. What it throws ends the reading.
package typealias WeightsProgress = @Sendable (_ done: Int64, _ total: Int64) throws -> Void

final class ProgressMeter: Sendable {
  private let done = Mutex<Int64>(0)
  private let total: Int64
  private let report: WeightsProgress?

  init(total: Int64, report: WeightsProgress?) throws {
    self.total = total
    self.report = report
    try report?(0, total)
  }

  func advance(by count: Int64) throws {
    guard let report else { return }
    try done.withLock { done in
      done += count
      try report(done, total)
    }
  }
}
