import Attestations
import Foundation
import Glibc
import PlaneContract

/// One plane's process, started here and ready.
final class RunningPlane: @unchecked Sendable {
  private let process = Process()
  /// From before it was started to its `READY=1`.
  let readyMilliseconds: Double

  var pid: pid_t { process.processIdentifier }

  init(_ plane: Role, of home: Home, environment extra: [String: String] = [:]) throws {
    let readiness = try NotifySocket(path: "\(home.folder)/notify")
    process.executableURL = URL(fileURLWithPath: try Programs.path(plane.planeName))
    process.arguments = ["run", "--config", home.config(of: plane)]
    process.environment = ProcessInfo.processInfo.environment
      .merging(["NOTIFY_SOCKET": readiness.path]) { _, new in new }.merging(extra) { _, new in new }
    process.standardInput = FileHandle.nullDevice
    process.standardError = try Self.appending(to: home.log(of: plane))
    let start = ContinuousClock.now
    try process.run()
    try readiness.wait(for: "READY=1", of: process, seconds: 120)
    readyMilliseconds = ContinuousClock.now.since(start) * 1000
  }

  /// With SIGTERM; returns once it has ended.
  func stop() {
    guard process.isRunning else { return }
    process.terminate()
    process.waitUntilExit()
  }

  private static func appending(to path: String) throws -> FileHandle {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw BenchError("\(path) cannot be written: error \(errno)") }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }
}
