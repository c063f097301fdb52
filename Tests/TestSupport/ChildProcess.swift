import Foundation
import Glibc
import Synchronization

/// A program that runs beside the test, its output appended to a file. It is killed when nobody holds it any more.
package final class ChildProcess: Sendable {
  package let pid: pid_t
  private let program: String
  /// What wait(2) told, once it has.
  private let outcome = Mutex<CInt?>(nil)

  /// Starts `program`. The child inherits no descriptor: what tests beside this one hold open is not the child's to keep open.
  package init(_ program: String, _ arguments: [String], log: String) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
    for inherited in STDERR_FILENO + 1..<Self.descriptorLimit { posix_spawn_file_actions_addclose(&actions, inherited) }
    var pid: pid_t = 0
    let code = withCStrings([program] + arguments) { argv in
      withCStrings(Self.environment) { posix_spawn(&pid, program, &actions, nil, argv, $0) }
    }
    guard code == 0 else { throw ProcessFailure("\(program) does not start: error \(code)") }
    (self.pid, self.program) = (pid, program)
  }

  deinit {
    guard exitCode == nil else { return }
    kill(pid, SIGKILL)
    waitpid(pid, nil, 0)
  }

  /// Nil while it runs; 128 + n after signal n.
  package var exitCode: CInt? {
    let status = outcome.withLock { outcome in
      var status: CInt = 0
      if outcome == nil, waitpid(pid, &status, WNOHANG) == pid { outcome = status }
      return outcome
    }
    guard let status else { return nil }
    return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + (status & 0x7f)
  }

  package func send(_ signal: CInt) {
    if exitCode == nil { kill(pid, signal) }
  }

  /// The exit code once it has ended.
  @discardableResult
  package func end() async throws -> CInt {
    try await pollUntil("the end of \(program)") { self.exitCode }
  }

  /// Tests hold few descriptors; closing one that is not open is no error.
  private static let descriptorLimit = CInt(min(1024, sysconf(CInt(_SC_OPEN_MAX))))

  /// What a service manager or a user's shell said to the tests is not said to the planes, and nobody's own keys are at hand.
  private static var environment: [String] {
    ProcessInfo.processInfo.environment
      .filter {
        !$0.key.hasPrefix("LISTEN_") && !$0.key.hasPrefix("PLANES_")
          && !["NOTIFY_SOCKET", "SSH_AUTH_SOCK"].contains($0.key)
      }
      .map { "\($0.key)=\($0.value)" }
  }
}

/// Lends `texts` as a NULL-terminated array of C strings.
private func withCStrings<Result>(
  _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  let pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: texts.count + 1)
  for (index, text) in texts.enumerated() { pointers[index] = strdup(text) }
  pointers[texts.count] = nil
  defer {
    for index in texts.indices { free(pointers[index]) }
    pointers.deallocate()
  }
  return body(pointers)
}
