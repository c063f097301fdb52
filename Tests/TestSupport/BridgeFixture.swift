import Foundation
import Glibc
import Synchronization

/// The real `nanda-bridge` beside the planes of a home, on a port that the system gives it. It is gone when the fixture is.
package final class BridgeFixture: Sendable {
  private let home: PlanesHome
  private let process: Mutex<ChildProcess>
  /// Where it listens; 0 for a Unix socket.
  package let port: UInt16

  private static var configLines: [String] { ["listen: 127.0.0.1:0", "poll_seconds: 1"] }

  /// - Parameter lines: added to the config that `planectl init` has made; a key that stands there is replaced.
  package init(on home: PlanesHome, _ lines: [String] = []) async throws {
    self.home = home
    try Self.configure(home, lines)
    let (process, port) = try await Self.start(on: home)
    self.process = Mutex(process)
    self.port = port
  }

  package var pid: pid_t { process.withLock(\.pid) }
  package var isRunning: Bool { process.withLock { $0.exitCode == nil } }
  package var http: HTTPCaller { HTTPCaller(port: port) }
  package var log: String { (try? String(contentsOfFile: Self.log(of: home), encoding: .utf8)) ?? "" }
  package static func folder(of home: PlanesHome) -> String { "\(home.path)/nanda-bridge" }

  /// What a bridge says that refuses to start with these lines.
  package static func refusal(on home: PlanesHome, _ lines: [String]) async throws -> String {
    try configure(home, lines)
    let before = logSize(of: home)
    let process = try launch(on: home)
    let code = try await process.end()
    let said = logged(by: home, after: before)
    guard code != 0 else { throw ProcessFailure("nanda-bridge has started\n\(said)") }
    return said
  }

  /// SIGKILL.
  package func kill() async throws {
    let process = process.withLock { $0 }
    process.send(SIGKILL)
    try await process.end()
  }

  /// SIGTERM; returns the exit code.
  package func terminate() async throws -> CInt {
    let process = process.withLock { $0 }
    process.send(SIGTERM)
    return try await process.end()
  }

  private static func log(of home: PlanesHome) -> String { "\(home.folder)/nanda-bridge.log" }

  private static func configure(_ home: PlanesHome, _ lines: [String]) throws {
    let path = "\(folder(of: home))/config.yaml"
    let made = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    let kept = without(keysOf: lines, without(keysOf: configLines, made) + configLines)
    try Data((kept + lines).joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
  }

  private static func without(keysOf newer: [String], _ lines: [String]) -> [String] {
    let keys = newer.compactMap { $0.split(separator: ":").first.map { "\($0):" } }
    return lines.filter { line in !keys.contains { line.hasPrefix($0) } }
  }

  private static func start(on home: PlanesHome) async throws -> (ChildProcess, UInt16) {
    let before = logSize(of: home)
    let process = try launch(on: home)
    let port: UInt16 = try await pollUntil("nanda-bridge is ready") {
      let text = logged(by: home, after: before)
      if let code = process.exitCode { throw ProcessFailure("nanda-bridge ended with \(code)\n\(text)") }
      let ready = text.firstMatch(of: #/ ready address=(?:127\.0\.0\.1:([0-9]+)|unix:)/#)
      return ready.flatMap { UInt16($0.1 ?? "0") }
    }
    return (process, port)
  }

  private static func launch(on home: PlanesHome) throws -> ChildProcess {
    try ChildProcess(
      BuiltPrograms.path("nanda-bridge"), ["run", "--config", "\(folder(of: home))/config.yaml"], log: log(of: home))
  }

  private static func logSize(of home: PlanesHome) -> Int {
    (try? Data(contentsOf: URL(fileURLWithPath: log(of: home))))?.count ?? 0
  }

  private static func logged(by home: PlanesHome, after count: Int) -> String {
    let data = (try? Data(contentsOf: URL(fileURLWithPath: log(of: home)))) ?? Data()
    return String(decoding: data.dropFirst(count), as: UTF8.self)
  }
}
