import Testing

@testable import planectl

@Suite struct UsageTests {
  @Test(arguments: [
    [], ["nonsense"], ["propose", "iris"], ["propose", "-e", "staging"], ["propose", "iris", "-e", ""],
    ["propose", "iris", "-e", "Staging"], ["propose", "iris", "-e", "staging", "--ttl", "0d"],
    ["propose", "iris", "-e", "staging", "--ttl", "-1d"], ["propose", "iris", "-e", "staging", "--scope", "a b"],
    ["propose", "iris", "-e", "staging", "--required-approvers", "two"], ["approve"], ["reject", "approval:1"],
    ["revoke", "iris"], ["revoke", "iris", "--reason", "x", "--socket", "/tmp/s"],
    ["nanda", "iris", "--socket", "/tmp/s"], ["report", "iris", "--socket", "/tmp/s"],
    ["models", "show", "iris", "--socket", "/tmp/s"], ["nanda", "iris", "--provider-url", "acme"],
    ["deploy", "../iris", "-e", "staging"],
    ["deploy", "iris/current", "-e", "staging"], ["deploy", "iris", "-e", "staging\n"], ["rollback", "iris"],
    ["undeploy", "iris"], ["authorize", "iris", "--weights", "w", "--weights-hash", String(repeating: "0", count: 64)],
    ["authorize", "iris", "--weights-hash", "abc"], ["deployments", "--history", "--at", "2026-01-02T03:04:05Z"],
    ["deployments", "--at", "yesterday"], ["approvals", "--status", "done"],
    ["approvals", "export", "approval:1", "--format", "xml"], ["keygen", "../alice"], ["init", "--approver", "Alice"],
    ["submit", "--timeout", "soon"], ["revoke", "iris", "--reason", ""], ["reject", "approval:1", "--reason", " "],
    ["undeploy", "iris", "-e", "staging", "--reason", ""], ["metadata", "check"], ["metadata", "attest", "file"],
    ["metadata", "attest", "file", "--key", "k", "--secret", "s"], ["metadata", "check", "file", "--kind", "book"],
    ["metadata", "check", "file", "--profile", "A"], ["report", "iris", "--html", "-", "--json"],
    ["revoke", "iris", "--reason", String(repeating: "x", count: 2001)],
  ])
  func wrongUsageIsRefusedBeforeAnythingIsAsked(arguments: [String]) throws {
    #expect(throws: (any Error).self) {
      let command = try Planectl.parseAsRoot(arguments)
      // A bare `planectl` parses as itself, and has nothing to do but show its help.
      if command is Planectl { throw Failure.refused("shows its help") }
    }
  }

  @Test func anEnvironmentLeftOutIsThePlanesToDeny() throws {
    let deploy = try #require(try Planectl.parseAsRoot(["deploy", "iris"]) as? Deploy)
    let authorize = try #require(try Planectl.parseAsRoot(["authorize", "iris"]) as? Authorize)
    #expect(deploy.target.environment == nil && authorize.target.environment == nil)
  }

  @Test func listIsWhatApprovalsDoesUnasked() throws {
    let command = try #require(try Planectl.parseAsRoot(["approvals", "--expiring-within", "7d"]) as? ListApprovals)
    #expect(command.expiringWithin?.days == 7)
  }

  @Test(arguments: [("statsu", "status"), ("aprove", "approve"), ("revok", "revoke"), ("depoly", "deploy")])
  func aMistypedCommandIsToldTheOneThatWasMeant(word: String, meant: String) {
    #expect(UnknownCommand([word])?.message == "no command \(word); did you mean \(meant)?")
  }

  @Test func whatResemblesNoCommandIsNotGuessed() {
    #expect(UnknownCommand(["nonsense"])?.meant == nil)
    for arguments in [["status"], ["help"], ["--help"], []] as [ArraySlice<String>] {
      #expect(UnknownCommand(arguments) == nil)
    }
  }
}
