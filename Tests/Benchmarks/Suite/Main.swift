import Attestations
import Foundation
import Glibc
import PlaneContract
import Signing
import Wire

/// What one `model.authorize` costs the serving plane in processor time, as a multiple of what no implementation can avoid: one
/// Ed25519 verify of the request and one sign of the reply.
///
/// usage: authorize-bench HOME MODEL ENVIRONMENT PID [JSON]
/// The model must be deployed there; PID is the serving plane's.
@main
struct Main {
  static let rounds = 5
  static let requests = 20_000
  static let connections = [1, 32]

  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.count >= 4, let pid = pid_t(arguments[3]) else {
      throw BenchError("usage: authorize-bench HOME MODEL ENVIRONMENT PID [JSON]")
    }
    let deployer = try Deployer(home: arguments[0], model: arguments[1], environment: arguments[2])
    let report = Report(samples: try measure(deployer, pid: pid))
    print(report.text)
    if arguments.count > 4 { try report.json.jsonText.write(toFile: arguments[4], atomically: true, encoding: .utf8) }
  }

  /// Every load stands between two measurements of the floor, so that a processor that slows down slows both.
  private static func measure(_ deployer: Deployer, pid: pid_t) throws -> [Sample] {
    var samples: [Sample] = []
    for count in connections {
      _ = try Load(deployer, connections: count).run(requests: requests / 10)
      for _ in 0..<rounds {
        let before = try Floor.measure(deployer)
        let load = try Load(deployer, connections: count)
        let start = try ProcessorTime.ofProcess(pid)
        let seconds = try load.run(requests: requests)
        let used = try ProcessorTime.ofProcess(pid).since(start)
        let after = try Floor.measure(deployer)
        samples.append(
          Sample(connections: count, requests: requests, seconds: seconds, processor: used, floors: [before, after]))
      }
    }
    return samples
  }
}

struct BenchError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
