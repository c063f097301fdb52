import Attestations
import Synchronization
import Wire

/// How far the planes' clocks are from this one, as far as they had reason to say so.
final class PlaneClocks: Sendable {
  /// Microseconds to add to this clock.
  private let offsets = Mutex<[PrincipalID: Int64]>([:])

  /// Takes what a plane's signed refusal says its time is.
  func correct(_ plane: PrincipalID, to time: Timestamp) {
    offsets.withLock { $0[plane] = time.microseconds - Timestamp.now().microseconds }
  }

  /// Now, as `plane` counts it: by this clock unless the plane has said otherwise.
  func now(at plane: PrincipalID) -> Timestamp {
    Timestamp(microseconds: Timestamp.now().microseconds + (offsets.withLock { $0[plane] } ?? 0))
  }

  /// Now, by the first of `planes` whose clock is known to differ, else by this one.
  func now(atFirstOf planes: [PrincipalID]) -> Timestamp {
    let differing = offsets.withLock { offsets in planes.first { offsets[$0] != nil } }
    return differing.map(now(at:)) ?? .now()
  }
}
