import PlaneContract
import Wire

/// What governance hands to the serving plane in its own time.
enum Delivery {
  /// Waits until everything that governance has decided has been taken over.
  static func wait(at home: Home) throws {
    let bridge = try Caller("bridge", of: home)
    for _ in 0..<60_000 {
      if try bridge.status(on: .governanceRead).counters["outbox_pending"]?.int == 0 { return }
      Pause.milliseconds(10)
    }
    throw BenchError("governance has not handed over its approvals in 10 minutes")
  }
}
