import Synchronization

/// How many requests were answered, by the class of their status.
final class RequestCounters: Sendable {
  private let answered = Atomic<Int>(0)
  private let unchanged = Atomic<Int>(0)
  private let refused = Atomic<Int>(0)
  private let failed = Atomic<Int>(0)

  func count(_ status: Int) {
    switch status {
    case 300..<400: unchanged.add(1, ordering: .relaxed)
    case 400..<500: refused.add(1, ordering: .relaxed)
    case 500..<600: failed.add(1, ordering: .relaxed)
    default: answered.add(1, ordering: .relaxed)
    }
  }

  /// `2xx` and so on, with their counts.
  var counts: [(status: String, count: Int)] {
    [
      ("2xx", answered.load(ordering: .relaxed)), ("3xx", unchanged.load(ordering: .relaxed)),
      ("4xx", refused.load(ordering: .relaxed)), ("5xx", failed.load(ordering: .relaxed)),
    ]
  }
}
