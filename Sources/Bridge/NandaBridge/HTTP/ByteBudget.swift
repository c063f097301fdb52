import Synchronization

/// Bytes that may lie in memory at a time for one purpose, whoever they are for.
final class ByteBudget: Sendable {
  private let left: Atomic<Int>

  init(_ byteCount: Int) { left = Atomic(byteCount) }

  /// Nothing yet, to be grown.
  func share() -> Share { Share(of: self) }

  /// What one holder has taken; given back with the last reference to it.
  final class Share: Sendable {
    private let budget: ByteBudget
    private let taken = Atomic<Int>(0)

    fileprivate init(of budget: ByteBudget) { self.budget = budget }

    deinit { budget.left.add(taken.load(ordering: .relaxed), ordering: .relaxed) }

    /// False where so much is not left.
    func grow(by byteCount: Int) -> Bool {
      guard budget.left.subtract(byteCount, ordering: .relaxed).newValue >= 0 else {
        budget.left.add(byteCount, ordering: .relaxed)
        return false
      }
      taken.add(byteCount, ordering: .relaxed)
      return true
    }
  }
}
