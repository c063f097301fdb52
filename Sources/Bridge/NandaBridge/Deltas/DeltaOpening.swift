import Synchronization

/// One opening of the log. Where numbers cannot go by the clock, because it is behind the last one, two copies of one log would go on alike:
/// each opening begins with a gap of its own.
final class DeltaOpening: Sendable {
  private struct Beginning {
    let last: Int
    /// Even, as numbers are odd; a second of the clock at most.
    let gap = 2 * Int.random(in: 1...500_000)
  }

  private let beginning = Mutex<Beginning?>(nil)

  /// What to leave out after this number.
  func gap(after last: Int) -> Int {
    beginning.withLock { beginning in
      let known = beginning ?? Beginning(last: last)
      beginning = known
      return known.last == last ? known.gap : 0
    }
  }
}
