import Foundation
import Glibc
import Synchronization

/// The real `nanda-bridge` beside the planes of a home, on a port that the system gives it. It is gone when the fixture is.
package final class BridgeFixture: Sendable {
  private let home: PlanesHome
  private let process: Mutex<ChildProcess>
  /// Where it listens.
  package let port: UInt16

  private static var configLines: [String] { ["listen: 127.0.0.1:0", "poll_seconds: 1"] }

  /// - Parameter lines: added to the config that `planectl init` has made; a key that stands there is replaced.
  package init(on home: PlanesHome, _ lines: [String] = []) async throws {
    self.home = home
    try Self.configure(home, Self.configLines + lines)
    let (process, port) = try await Self.start(on: home)
    self.process = Mutex(process)
    self.port = port
  }

  package var pid: pid_t { process.withLock(\.pid) }
  package var isRunning: Bool { process.withLock { $0.exitCode == nil } }
  package var http: HTTPCaller { HTTPCaller(port: port) }
  package var log: String { (try? String(contentsOfFile: Self.log(of: home), encoding: .utf8)) ?? "" }
  package static func folder(of home: PlanesHome) -> String { "\(home.path)/nanda-bridge" }

  /// SIGTERM; returns the exit code.
  package func terminate() async throws -> CInt {
    let process = process.withLock { $0 }
    process.send(SIGTERM)
    return try await process.end()
  }

  private static func log(of home: PlanesHome) -> String { "\(home.folder)/nanda-bridge.log" }

  private static func configure(_ home: PlanesHome, _ lines: [String]) throws {
    let path = "\(folder(of: home))/config.yaml"
    let keys = lines.compactMap { $0.split(separator: ":").first.map { "\($0):" } }
    let kept = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").filter { line in
      !keys.contains { line.hasPrefix($0) }
    }
    try Data((kept.map(String.init) + lines).joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
  }

  private static func start(on home: PlanesHome) async throws -> (ChildProcess, UInt16) {
    let before = (try? String(contentsOfFile: log(of: home), encoding: .utf8))?.utf8.count ?? 0
    let process = try ChildProcess(
      BuiltPrograms.path("nanda-bridge"), ["run", "--config", "\(folder(of: home))/config.yaml"], log: log(of: home))
    let port: UInt16 = try await pollUntil("nanda-bridge is ready") {
      let text = String(
        decoding: Data((try? Data(contentsOf: URL(fileURLWithPath: log(of: home)))) ?? Data()).dropFirst(before),
        as: UTF8.self)
      if let code = process.exitCode { throw ProcessFailure("nanda-bridge ended with \(code)\n\(text)") }
      return text.firstMatch(of: #/ ready address=127\.0\.0\.1:([0-9]+)/#).flatMap { UInt16($0.1) }
    }
    return (process, port)
  }
}
