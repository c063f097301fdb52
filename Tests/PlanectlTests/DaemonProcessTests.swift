import Attestations
import Glibc
import Testing

@testable import planectl

@Suite struct DaemonProcessTests {
  @Test func aPidThatNowBelongsToAnotherProgramIsNobody() throws {
    let test = try TestHome()
    let process = DaemonProcess(home: test.home, plane: .training)
    for text in ["", "x", "0", "1", "-1", "99999999999", "\(getpid())"] {
      try test.scratch.write(text, to: "home/run/training-plane/pid")
      #expect(process.pid == nil, "\(text)")
      #expect(!process.askToEnd())
    }
  }

  @Test func aStartedProgramHasItsLogAndNothingElseOfOurs() throws {
    let scratch = try ScratchFolder()
    var pipes: [Int32] = [0, 0]
    #expect(pipe(&pipes) == 0)
    defer { pipes.forEach { close($0) } }
    let log = "\(scratch.path)/log"
    let script =
      "echo to stdout; echo to stderr >&2; for fd in /proc/$$/fd/*; do readlink $fd; done; cut -d' ' -f1,6 /proc/$$/stat"
    let pid = try DetachedProgram(path: "/bin/sh", arguments: ["-c", script], output: log).spawn()
    var status: Int32 = 0
    #expect(waitpid(pid, &status, 0) == pid && status == 0)
    let lines = try scratch.read("log").split(separator: "\n").map(String.init)
    #expect(lines.prefix(2) == ["to stdout", "to stderr"])
    #expect(lines.dropFirst(2).allSatisfy { !$0.contains("pipe:") && !$0.contains("socket:") })
    #expect(lines.contains("/dev/null") && lines.contains(log))
    #expect(lines.last == "\(pid) \(pid)", "it leads a session of its own")
  }

  @Test func aProgramThatIsNotThereCannotBeStarted() throws {
    let scratch = try ScratchFolder()
    let program = DetachedProgram(path: "\(scratch.path)/none", arguments: [], output: "\(scratch.path)/log")
    #expect(throws: (any Error).self) { try program.spawn() }
  }

  @Test func theEndOfALogIsWhatWasWrittenSince() throws {
    let scratch = try ScratchFolder()
    try scratch.write("an earlier run\nthis run\n", to: "log")
    #expect(try TextFile.end(of: "\(scratch.path)/log", after: 15) == "this run\n")
    try scratch.write(String(repeating: "x", count: 100_000) + "\nlast\n", to: "log")
    let end = try TextFile.end(of: "\(scratch.path)/log", after: 0)
    #expect(end.utf8.count == 16 << 10 && end.hasSuffix("\nlast\n"))
  }
}
