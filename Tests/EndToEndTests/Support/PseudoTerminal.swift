import Foundation
import TestSupport

/// Runs `planectl` at a terminal of its own, where somebody answers its question.
struct PseudoTerminal {
  private static let program = """
    import os, pty, sys
    answer, command = sys.argv[1], sys.argv[2:]
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(command[0], command)
    seen, asked = b"", False
    while True:
        try:
            data = os.read(terminal, 4096)
        except OSError:
            break
        seen += data
        sys.stdout.buffer.write(data.replace(b"\\r\\n", b"\\n"))
        sys.stdout.flush()
        if not asked and b"[y/N]" in seen:
            os.write(terminal, answer.encode() + b"\\n")
            asked = True
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    """

  let home: PlanesHome

  /// The exit code, and everything that the terminal showed. What it shows meanwhile can be read in `log`.
  func run(
    _ words: String..., answering answer: String, log: String? = nil
  ) async throws -> (code: CInt, shown: String) {
    let log = log ?? "\(home.folder)/terminal-\(UUID().uuidString).log"
    let command = [try BuiltPrograms.path("planectl")] + words + ["--home", home.path]
    let process = try ChildProcess("/usr/bin/env", ["python3", "-c", Self.program, answer] + command, log: log)
    return (try await process.end(), try String(contentsOfFile: log, encoding: .utf8))
  }
}
