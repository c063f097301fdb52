import Foundation
import Wire

/// One load and the floors around it.
struct Sample {
  let connections: Int
  let requests: Int
  let seconds: Double
  let processor: ProcessorTime
  /// Microseconds of one verify and one sign, before and after.
  let floors: [Double]

  var floor: Double { floors.reduce(0, +) / Double(floors.count) }
  var microsecondsPerRequest: Double { processor.total * 1e6 / Double(requests) }
  var ratio: Double { microsecondsPerRequest / floor }

  var json: JSONValue {
    [
      "connections": .init(connections), "requests": .init(requests), "seconds": number(seconds),
      "plane_user_seconds": number(processor.user), "plane_system_seconds": number(processor.system),
      "floor_microseconds": .array(floors.map(number)), "microseconds_per_request": number(microsecondsPerRequest),
      "ratio": number(ratio),
    ]
  }
}

/// What was measured, for people and for programs.
struct Report {
  let samples: [Sample]

  var text: String {
    let counts = Set(samples.map(\.connections)).sorted()
    return ([Self.method] + counts.map(line)).joined(separator: "\n")
  }

  var json: JSONValue {
    ["benchmark": "model.authorize", "method": .string(Self.method), "samples": .array(samples.map(\.json))]
  }

  private static let method = """
    model.authorize: processor time of the serving plane per request (user and system, /proc/PID/stat), as a multiple of one
    libsodium Ed25519 verify and one sign of the same request's bytes (this thread's processor time, before and after each load).
    Each connection has one request in flight; the median of the rounds.
    """

  private func line(_ connections: Int) -> String {
    let rounds = samples.filter { $0.connections == connections }
    let values = [
      median(rounds.map(\.ratio)), median(rounds.map(\.microsecondsPerRequest)), median(rounds.map(\.floor)),
      median(rounds.map { Double($0.requests) / $0.seconds }),
    ]
    return String(
      format: "%3d connections: ratio %.2f  (%.1f us a request, floor %.1f us; %.0f requests/s)", connections,
      values[0],
      values[1], values[2], values[3])
  }

  private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}

private func number(_ value: Double) -> JSONValue { JSONNumber(value).map { .number($0) } ?? .null }
