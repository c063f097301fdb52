import Synchronization

/// More is asked than can be answered in time; asked again a little later it may well be.
struct Overload: Error {}

/// One at a time, in the order of coming, and no more in line than there are places.
final class Turn: Sendable {
  private struct Line {
    var isTaken = false
    var waiting: [(number: Int, continuation: CheckedContinuation<Void, any Error>)] = []
  }

  private let places: Int
  private let line = Mutex(Line())
  private let numbers = Atomic<Int>(0)

  /// - Parameter places: how many may wait.
  init(places: Int) { self.places = places }

  /// Returns when it is the caller's turn, who gives it back with `give`.
  ///
  /// - Throws: `Overload` where too many wait, or the turn comes after the deadline; `CancellationError` to a task that is cancelled.
  func take(until deadline: ContinuousClock.Instant) async throws {
    let number = numbers.add(1, ordering: .relaxed).newValue
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { enter(number, $0) }
    } onCancel: {
      leave(number)?.resume(throwing: CancellationError())
    }
    guard .now < deadline else {
      give()
      throw Overload()
    }
  }

  func give() {
    let next = line.withLock { line -> CheckedContinuation<Void, any Error>? in
      guard !line.waiting.isEmpty else {
        line.isTaken = false
        return nil
      }
      return line.waiting.removeFirst().continuation
    }
    next?.resume()
  }

  private func enter(_ number: Int, _ continuation: CheckedContinuation<Void, any Error>) {
    let outcome = line.withLock { line -> Result<Void, any Error>? in
      if Task.isCancelled { return .failure(CancellationError()) }
      if !line.isTaken {
        line.isTaken = true
        return .success(())
      }
      guard line.waiting.count < places else { return .failure(Overload()) }
      line.waiting.append((number, continuation))
      return nil
    }
    if let outcome { continuation.resume(with: outcome) }
  }

  private func leave(_ number: Int) -> CheckedContinuation<Void, any Error>? {
    line.withLock { line in
      line.waiting.firstIndex { $0.number == number }.map { line.waiting.remove(at: $0).continuation }
    }
  }
}
