import Attestations
import FoundationEssentials
import Glibc
import PlaneContract
import WeightsDigest

/// The process of a plane or of the bridge, known by its pid file and by what the kernel says that pid runs.
struct DaemonProcess: Sendable {
  let home: Home
  /// The name of its program.
  let program: String

  init(home: Home, plane: Role) { self.init(home: home, program: plane.planeName) }

  init(home: Home, program: String) {
    self.home = home
    self.program = program
  }

  /// The pid while it runs. A pid that now belongs to another program is nobody.
  var pid: pid_t? {
    guard let bytes = try? TextFile.read(home.pidFile(of: program)),
      let pid = pid_t(String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }), pid > 1,
      Self.program(of: pid) == program
    else { return nil }
    return pid
  }

  /// The name of the executable that `pid` runs; nil for one that is gone or is not ours to ask about.
  private static func program(of pid: pid_t) -> String? {
    guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe") else { return nil }
    let name = path.split(separator: "/").last ?? ""
    // A program that was built anew while it runs.
    return name.hasSuffix(" (deleted)") ? String(name.dropLast(" (deleted)".count)) : String(name)
  }

  /// Whether its config was written after it was started: a config is read once, at the start.
  var isOlderThanItsConfig: Bool {
    TextFile.isNewer(home.config(of: program), than: home.pidFile(of: program))
  }

  /// Starts it, apart from this terminal and with its messages in the home's log.
  func start() throws -> pid_t {
    let pid = try DetachedProgram(
      path: DaemonPrograms.path(of: program), arguments: ["run", "--config", home.config(of: program)],
      output: home.log(of: program)
    ).spawn()
    try TextFile.replace("\(pid)\n".utf8, path: home.pidFile(of: program))
    return pid
  }

  /// Asks it to end. False when it does not run.
  func askToEnd() -> Bool {
    guard let pid, kill(pid, SIGTERM) == 0 else { return false }
    return true
  }

  func forgetPid() { _ = unsafe unlink(home.pidFile(of: program)) }
}

/// Where the programs are: beside this one, or in PATH.
enum DaemonPrograms {
  static func path(of name: String) throws -> String {
    guard let found = folders.map({ "\($0)/\(name)" }).first(where: FileManager.default.isExecutableFile) else {
      throw Failure.refused(
        "the program \(name) is neither beside planectl nor in PATH", hint: "build all of them with make build")
    }
    return found
  }

  private static var folders: [String] {
    let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let beside = own.map { $0.split(separator: "/").dropLast().joined(separator: "/") }.map { "/\($0)" }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return [beside].compactMap { $0 } + path.split(separator: ":").map(String.init).filter { $0.hasPrefix("/") }
  }
}
