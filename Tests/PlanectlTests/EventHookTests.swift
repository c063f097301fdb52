import Attestations
import Glibc
import TestSupport
import Testing
import Wire

@testable import planectl

/// What a hook may do to its follower: nothing but succeed or fail.
@Suite struct EventHookTests {
  private static let event = WatchedEvent(
    plane: .serving, id: "00/serving-plane#7", index: 7, entry: ["index": 7, "event": "model_undeployed"])

  private func script(_ text: String, in scratch: ScratchFolder) throws -> String {
    try scratch.write("#!/bin/sh\n\(text)\n", to: "hook")
    let path = "\(scratch.path)/hook"
    #expect(chmod(path, 0o755) == 0)
    return path
  }

  private func outcome(_ text: String, limit: Duration = .seconds(20)) async throws -> String? {
    let scratch = try ScratchFolder()
    return try await HookProcess(words: [script(text, in: scratch)], timeLimit: limit).run(Array("{}\n".utf8))
  }

  @Test func aHookGetsTheEventAsJSONAndItsArgumentsAsTheyStand() async throws {
    let scratch = try ScratchFolder()
    let path = try script("cat > \"$1\"; echo \"$2\" >> \"$1\"", in: scratch)
    let hook = try #require(EventHook("\(path) \(scratch.path)/out $HOME;id", timeLimit: .seconds(20)))
    try await hook.handle(Self.event)
    #expect(
      try scratch.read("out")
        == #"{"plane":"serving-plane","id":"00/serving-plane#7","index":7,"event":"model_undeployed"}"# + "\n$HOME;id\n"
    )
  }

  @Test func aHookThatHangsIsKilledWithItsChildren() async throws {
    let scratch = try ScratchFolder()
    let path = try script("sleep 1000 & echo $! > \(scratch.path)/child; wait", in: scratch)
    let problem = try await HookProcess(words: [path], timeLimit: .milliseconds(500)).run([])
    #expect(problem?.contains("longer than") == true)
    let child = try #require(pid_t(scratch.read("child").filter { !$0.isWhitespace }))
    // The kernel kills a process in its own time.
    try await pollUntil("the end of the hook's child") { kill(child, 0) == -1 || isZombie(child) }
  }

  @Test func aHookThatPrintsAGigabyteIsNotListenedTo() async throws {
    #expect(try await outcome("head -c 1000000000 /dev/zero") == nil)
  }

  @Test func aHookThatReadsNothingHoldsNothingUp() async throws {
    let big = [UInt8](repeating: 0x20, count: 200_000)
    #expect(try await HookProcess(words: ["/bin/true"], timeLimit: .seconds(20)).run(big) == nil)
  }

  @Test func aHookThatFailsIsSaidWithItsStatusOrSignal() async throws {
    #expect(try await outcome("exit 3") == "it ended with status 3")
    #expect(try await outcome("kill -9 $$") == "it was ended by signal 9")
    #expect(try await HookProcess(words: ["/nonexistent/hook"], timeLimit: .seconds(1)).run([]) != nil)
  }

  @Test func aHookDoesNotSeeWhatTheFollowerHasInItsEnvironment() async throws {
    setenv("SSH_AUTH_SOCK", "/tmp/agent", 1)
    defer { unsetenv("SSH_AUTH_SOCK") }
    #expect(try await outcome("test -z \"$SSH_AUTH_SOCK\" && test -n \"$PATH\"") == nil)
  }

  private func isZombie(_ pid: pid_t) -> Bool {
    guard let bytes = try? TextFile.read("/proc/\(pid)/stat") else { return true }
    return String(decoding: bytes, as: UTF8.self).contains(") Z ")
  }
}
