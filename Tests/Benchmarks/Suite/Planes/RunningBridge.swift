import Foundation
import Glibc

/// The bridge of a home, started here and ready.
final class RunningBridge: @unchecked Sendable {
  private let process = Process()
  var pid: pid_t { process.processIdentifier }
  let url: String

  init(of home: Home) throws {
    let folder = "\(home.path)/nanda-bridge"
    let address = "127.0.0.1:\(try FreePort.number())"
    url = "http://\(address)"
    let config = try String(contentsOfFile: "\(folder)/config.yaml", encoding: .utf8)
    try config.replacingOccurrences(of: "listen: 127.0.0.1:8370", with: "listen: \(address)")
      .write(toFile: "\(folder)/config.yaml", atomically: false, encoding: .utf8)
    let readiness = try NotifySocket(path: "\(home.folder)/notify-bridge")
    process.executableURL = URL(fileURLWithPath: try Programs.path("nanda-bridge"))
    process.arguments = ["run", "--config", "\(folder)/config.yaml"]
    process.environment = ProcessInfo.processInfo.environment.merging(["NOTIFY_SOCKET": readiness.path]) { _, new in new
    }
    process.standardInput = FileHandle.nullDevice
    try process.run()
    try readiness.wait(for: "READY=1", of: process, seconds: 300)
  }

  /// How many agents it lists.
  func listed() throws -> Int {
    let page = try Command.run("/usr/bin/curl", ["-s", "\(url)/nanda/index?limit=1"])
    return page.firstMatch(of: #/"total_count":([0-9]+)/#).flatMap { Int($0.1) } ?? 0
  }

  func stop() {
    guard process.isRunning else { return }
    process.terminate()
    process.waitUntilExit()
  }
}

/// `sm-bridge` 0.8.0 under uvicorn with the records that a bridge lists, in one process, as its documentation runs it.
final class UpstreamBridge: @unchecked Sendable {
  private let process = Process()
  var pid: pid_t { process.processIdentifier }
  let url: String

  init(with records: RunningBridge) throws {
    let environment = ProcessInfo.processInfo.environment
    guard let script = environment["UPSTREAM"] else { throw BenchError("UPSTREAM must name the folder of the scripts") }
    let port = try FreePort.number()
    url = "http://127.0.0.1:\(port)"
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      environment["PYTHON"] ?? "python3", "\(script)/sm_bridge_server.py", "--source", records.url, "--port",
      "\(port)",
    ]
    process.standardInput = FileHandle.nullDevice
    try process.run()
    for _ in 0..<1200 {
      if (try? Command.run("/usr/bin/curl", ["-sf", "\(url)/nanda/tools"])) != nil { return }
      guard process.isRunning else { throw BenchError("sm-bridge has not started") }
      Pause.milliseconds(100)
    }
    throw BenchError("sm-bridge does not answer")
  }

  func stop() {
    guard process.isRunning else { return }
    process.terminate()
    process.waitUntilExit()
  }
}
