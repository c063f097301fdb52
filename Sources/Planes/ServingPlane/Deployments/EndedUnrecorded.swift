import Synchronization

/// The places where this process found something served that no row told of, and ended it: after an older database was put back that
/// is what ran, and nothing else would remind anybody.
final class EndedUnrecorded: Sendable {
  private let places = Mutex<Set<Place>>([])

  func add(_ place: Place) { places.withLock { _ = $0.insert(place) } }

  /// For `plane.status`; nil once something runs in each of them again.
  func problem(besides running: RunningModels) -> String? {
    let idle = places.withLock { places in
      places = places.filter { running[$0] == nil }
      return places.map { "\($0)" }.sorted()
    }
    guard let first = idle.first else { return nil }
    return "served without being on record, and ended: \(idle.count), first \(first); deploy again what shall run there"
  }
}
