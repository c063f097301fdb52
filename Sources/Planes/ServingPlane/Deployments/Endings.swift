import Synchronization

/// Where something is to be ended, and where a task is already at it. An endpoint that hangs holds up its own place and no other,
/// and no answer for longer than `patience`.
final class Endings: Sendable {
  /// How long the answer to a revocation waits for endpoints to let go.
  static let patience = Duration.seconds(2)
  private static let look = Duration.milliseconds(5)

  private struct State {
    var ordered: Set<Place> = []
    var inHand: Set<Place> = []
    /// Ordered anew while a task was at them.
    var again: Set<Place> = []
    var listener: AsyncStream<Void>.Continuation?
  }

  private let state = Mutex(State())

  /// For the one task that ends things: a signal at once, and then one for any number of calls of `raise` since it last looked.
  func signals() -> AsyncStream<Void> {
    let (signals, listener) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    listener.yield()
    state.withLock { $0.listener = listener }
    return signals
  }

  /// Where an end was ordered and has not been tried since.
  var ordered: Set<Place> { state.withLock(\.ordered) }

  /// There may be something to end, in these places for sure.
  func raise(_ places: Set<Place> = []) {
    state.withLock { state in
      state.ordered.formUnion(places)
      state.listener?.yield()
    }
  }

  /// False when a task is at the place; once that one is done there is another signal.
  func begin(_ place: Place) -> Bool {
    state.withLock { state in
      let isFree = state.inHand.insert(place).inserted
      if !isFree { state.again.insert(place) }
      return isFree
    }
  }

  /// The end was tried, with or without success.
  func done(_ place: Place) {
    state.withLock { state in
      state.inHand.remove(place)
      if state.again.remove(place) == nil { state.ordered.remove(place) } else { state.listener?.yield() }
    }
  }

  /// Returns when the end has been tried in each of these places, or when patience is over.
  func tried(in places: Set<Place>) async {
    let deadline = ContinuousClock.now + Self.patience
    while !ordered.isDisjoint(with: places), .now < deadline {
      guard (try? await Task.sleep(for: Self.look)) != nil else { return }
    }
  }
}
