import Synchronization

/// One at a time, in the order of coming. As many wait as there are connections to wait for.
final class Turn: Sendable {
  private struct Line {
    var isTaken = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let line = Mutex(Line())

  /// Returns when it is the caller's turn, who gives it back with `give`.
  func take() async {
    await withCheckedContinuation { continuation in
      let isFree = line.withLock { line in
        defer { line.isTaken = true }
        if line.isTaken { line.waiting.append(continuation) }
        return !line.isTaken
      }
      if isFree { continuation.resume() }
    }
  }

  func give() {
    let next = line.withLock { line -> CheckedContinuation<Void, Never>? in
      guard !line.waiting.isEmpty else {
        line.isTaken = false
        return nil
      }
      return line.waiting.removeFirst()
    }
    next?.resume()
  }
}
