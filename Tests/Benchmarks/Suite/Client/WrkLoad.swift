import Foundation
import Wire

/// What `wrk` measures of one URL, over 32 connections that are kept.
struct WrkLoad {
  static let connections = 32

  let perSecond: Double
  /// Milliseconds.
  let p99: Double

  /// - Parameter script: a script of `Upstream`, with its argument.
  init(_ url: String, seconds: Int, script: (name: String, argument: String)? = nil) throws {
    var arguments = ["-t1", "-c\(Self.connections)", "-d\(seconds)s", "--latency"]
    if let script, let folder = ProcessInfo.processInfo.environment["UPSTREAM"] {
      arguments += ["-s", "\(folder)/\(script.name)", url, "--", script.argument]
    } else {
      arguments.append(url)
    }
    let text = try Command.run("/usr/bin/env", ["wrk"] + arguments)
    guard let rate = text.firstMatch(of: #/Requests\/sec: +([0-9.]+)/#).flatMap({ Double($0.1) }),
      let tail = text.firstMatch(of: #/99% +([0-9.]+)(us|ms|s)/#), let value = Double(tail.1)
    else { throw BenchError("wrk said: \(text)") }
    guard !text.contains("Non-2xx") else { throw BenchError("\(url) was refused: \(text)") }
    perSecond = rate
    p99 = value * (tail.2 == "us" ? 0.001 : tail.2 == "ms" ? 1 : 1000)
  }

  var json: JSONValue { ["requests_per_second": .init(perSecond), "p99_ms": .init(p99)] }
}
