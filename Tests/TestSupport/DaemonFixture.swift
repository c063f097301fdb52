import Attestations
import Foundation
import Glibc
import PlaneContract
import Signing
import Synchronization
import Wire

/// The three real daemons on a real home: separate processes, sockets and databases. Whatever a test does to them, they are gone
/// when the fixture is.
package final class DaemonFixture: Sendable {
  package let home: PlanesHome
  /// What the planes' folders lie on, for tests that fill it.
  package let disk: SmallDisk?
  private let processes = Mutex<[Role: ChildProcess]>([:])

  /// Makes a home and starts all planes; they have answered a signed `plane.status`. Planes that `smallDisks` names keep their
  /// folder on a disk of so many bytes.
  package convenience init(smallDisks: [(plane: Role, byteCount: Int)] = []) async throws {
    try await self.init(on: PlanesHome(), smallDisks: smallDisks)
  }

  /// Starts all planes on a home that was made before.
  package init(on home: PlanesHome, smallDisks: [(plane: Role, byteCount: Int)] = []) async throws {
    self.home = home
    let folders = smallDisks.map { (home.folder(of: $0.plane), $0.byteCount) }
    disk = folders.isEmpty ? nil : try await SmallDisk(over: folders, log: "\(home.folder)/disk.log")
    try await startAll()
  }

  // The processes first: their home must outlive them.
  deinit { processes.withLock { $0 = [:] } }

  /// Starts what does not run, so that a test may begin whatever the one before it left behind.
  package func startAll() async throws {
    for plane in PlanesHome.planes where process(of: plane)?.exitCode != nil || process(of: plane) == nil {
      try launch(plane)
    }
    for plane in PlanesHome.planes { try await ready(plane) }
  }

  /// - Parameter wrapper: a program with arguments that runs the plane in its own place, such as `setpriv`.
  package func start(_ plane: Role, through wrapper: [String] = []) async throws {
    try launch(plane, through: wrapper)
    try await ready(plane)
  }

  /// A signal, without waiting for the end: for who has a moment to hit.
  package func strike(_ plane: Role, with signal: CInt) { process(of: plane)?.send(signal) }

  /// SIGKILL: no goodbye, no clean-up.
  package func kill(_ planes: Role...) async throws {
    for plane in planes { process(of: plane)?.send(SIGKILL) }
    for plane in planes { _ = try await process(of: plane)?.end() }
  }

  /// SIGTERM; returns the exit code.
  package func terminate(_ plane: Role) async throws -> CInt? {
    process(of: plane)?.send(SIGTERM)
    return try await ended(plane)
  }

  /// The exit code of a plane that was told to end.
  package func ended(_ plane: Role) async throws -> CInt? { try await process(of: plane)?.end() }

  /// From now on no file of the plane's grows beyond so many bytes, and none is written beyond them; nil lifts the limit.
  package func limitFiles(of plane: Role, to byteCount: Int?) throws {
    guard let pid = process(of: plane)?.pid else { throw ProcessFailure("\(plane.planeName) does not run") }
    let prlimit = Process()
    prlimit.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    prlimit.arguments = ["prlimit", "--pid", "\(pid)", "--fsize=\(byteCount.map(String.init) ?? "unlimited"):"]
    try prlimit.run()
    prlimit.waitUntilExit()
    guard prlimit.terminationStatus == 0 else {
      throw ProcessFailure("prlimit ended with \(prlimit.terminationStatus)")
    }
  }

  package func killAll() async throws { try await kill(.training, .governance, .serving) }

  /// Starts `plane` where it is expected to refuse: its exit code, and everything it has logged.
  package static func refusedStart(of plane: Role, on home: PlanesHome) async throws -> (code: CInt, log: String) {
    let code = try await spawn(plane, on: home).end()
    return (code, (try? String(contentsOfFile: home.log(of: plane), encoding: .utf8)) ?? "")
  }

  /// The ends of the planes' logs, for the report of a failure.
  package var logs: String {
    PlanesHome.planes.map { plane in
      let log = (try? String(contentsOfFile: home.log(of: plane), encoding: .utf8)) ?? ""
      return "--- \(plane.planeName)\n" + log.split(separator: "\n").suffix(25).joined(separator: "\n")
    }.joined(separator: "\n")
  }

  /// Nil while it does not run.
  package func pid(of plane: Role) -> pid_t? { process(of: plane).flatMap { $0.exitCode == nil ? $0.pid : nil } }

  private func process(of plane: Role) -> ChildProcess? { processes.withLock { $0[plane] } }

  /// Starts `plane` without waiting until it answers; `wrapper` is a command that runs the program it is given.
  package func launch(_ plane: Role, through wrapper: [String] = []) throws {
    let onDisk = disk.map { ["/usr/bin/env"] + $0.entering } ?? []
    let process = try Self.spawn(plane, on: home, through: wrapper + onDisk)
    processes.withLock { $0[plane] = process }
  }

  private static func spawn(
    _ plane: Role, on home: PlanesHome, through wrapper: [String] = []
  ) throws -> ChildProcess {
    let command = wrapper + [try BuiltPrograms.path(plane.planeName), "run", "--config", home.config(of: plane)]
    return try ChildProcess(command[0], Array(command.dropFirst()), log: home.log(of: plane))
  }

  /// Waits until `plane` has answered a signed `plane.status`.
  package func ready(_ plane: Role) async throws {
    let anyone = try home.caller("bridge")
    let _: PlaneStatus = try await pollUntil("\(plane.planeName) answers\n\(logs)") {
      if let code = process(of: plane)?.exitCode {
        throw ProcessFailure("\(plane.planeName) ended with \(code)\n\(logs)")
      }
      return try? await anyone.status(of: plane)
    }
  }
}
