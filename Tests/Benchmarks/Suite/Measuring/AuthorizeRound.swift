import Attestations
import Glibc
import Wire

/// One run of a load between two measurements of the floor, so that a processor that slows down slows both.
struct AuthorizeRound {
  /// Microseconds of one verify and one sign, before and after.
  let floors: [Double]
  /// Microseconds of the plane's processor time for each request.
  let microseconds: Double
  let seconds: Double
  let latencies: [Double]

  var floor: Double { floors.mean }
  var ratio: Double { microseconds / floor }
  var perSecond: Double { Double(latencies.count) / seconds }

  init(_ questions: [GateQuestion], floor: Floor, serving: pid_t, load: inout AuthorizeLoad) throws {
    let before = try floor.verifyAndSign()
    let start = ContinuousClock.now
    let used = try ProcessorTime.ofProcess(serving)
    latencies = try load.run(questions)
    microseconds = (try ProcessorTime.ofProcess(serving) - used) * 1e6 / Double(questions.count)
    seconds = ContinuousClock.now.since(start)
    floors = [before, try floor.verifyAndSign()]
  }

  var json: JSONValue {
    [
      "requests": .init(latencies.count), "seconds": .init(seconds), "cpu_us_per_request": .init(microseconds),
      "floor_us": .init(floors), "ratio": .init(ratio),
      "latency_us": [
        "p50": .init(latencies.quantile(0.5) * 1e6), "p99": .init(latencies.quantile(0.99) * 1e6),
        "p99.9": .init(latencies.quantile(0.999) * 1e6),
      ],
    ]
  }
}
