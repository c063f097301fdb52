import CLinux
import FoundationEssentials
import Glibc
import WeightsDigest

/// One run of a command: no shell, a session of its own, few words of environment. What it prints to its standard output is thrown
/// away, what it complains about goes where this program's messages go.
struct HookProcess {
  private static let inherited = ["PATH", "HOME", "LANG", "LC_ALL", "TZ"]
  private static let pause = Duration.milliseconds(10)

  let words: [String]
  let timeLimit: Duration

  /// Nil when the command ended with status 0, else what went wrong. What is left of it after the time limit is killed.
  func run(_ input: [UInt8]) async throws -> String? {
    let pid: pid_t
    do { pid = try spawn(input) } catch let error as FileSystemError { return "\(error)" }
    // Its children are of its session, and must not outlive it.
    defer { kill(-pid, SIGKILL) }
    let deadline = ContinuousClock.now + timeLimit
    var status: Int32 = 0
    while ContinuousClock.now < deadline, !Task.isCancelled {
      let ended = unsafe waitpid(pid, &status, WNOHANG)
      if ended == pid { return problem(status) }
      guard ended == 0 || errno == EINTR else { return "it was lost" }
      try? await Task.sleep(for: Self.pause)
    }
    kill(-pid, SIGKILL)
    unsafe waitpid(pid, &status, 0)
    return "it took longer than \(timeLimit.components.seconds) s"
  }

  /// The input is a file that is complete before the command begins: a command that does not read it holds nothing up.
  private func spawn(_ input: [UInt8]) throws -> pid_t {
    let descriptor = unsafe clinux_memory_file("event")
    guard descriptor >= 0 else { throw FileSystemError(operation: "make", path: "the command's input") }
    defer { close(descriptor) }
    let written = unsafe input.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    guard written == input.count else { throw FileSystemError(operation: "write", path: "the command's input") }
    let environment = ProcessInfo.processInfo.environment.filter { Self.inherited.contains($0.key) }
    return try DetachedProgram(
      path: words[0], arguments: Array(words.dropFirst()), environment: environment, input: descriptor,
      output: "/dev/null",
      errors: .kept
    ).spawn()
  }

  /// The status of wait(2), by its documented bits.
  private func problem(_ status: Int32) -> String? {
    let signal = status & 0x7f
    guard signal == 0 else { return "it was ended by signal \(signal)" }
    let code = (status >> 8) & 0xff
    return code == 0 ? nil : "it ended with status \(code)"
  }
}
