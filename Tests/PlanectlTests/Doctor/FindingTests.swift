import Testing
import Wire

@testable import planectl

@Suite struct FindingTests {
  @Test func whatIsNotBelievedComesBeforeWhatIsAwayAndThatBeforeTheRest() {
    let denied = Finding.fail(.files, "a", "b", next: "c")
    let away = Finding.fail(.plane, "a", "b", next: "c", .unreachable)
    let forged = Finding.fail(.log, "a", "b", next: "c", .unverified)
    #expect([denied, away, forged].exitStatus == .unverified)
    #expect([denied, away].exitStatus == .unreachable)
    #expect([denied].exitStatus == .denied)
  }

  @Test func whatIsToSeeToAndWhatWasNotSeenAreNoFailureAndAreCounted() {
    let findings: [Finding] = [
      .ok(.plane, "a", "b"), .warn(.clock, "a", "b", next: "c"), .unseen(.files, "a", "b", next: "c"),
    ]
    #expect(findings.exitStatus == nil)
    #expect(findings.summary == "1 to see to, 1 not seen as this user")
    #expect([Finding.ok(.plane, "a", "b")].summary == "all is well")
  }

  @Test func aFindingIsOneLineWhateverAPlaneWritesIntoIt() {
    let line = Finding.fail(.plane, "serving-plane", "bad\nok      plane     all is well \u{202e}", next: "look").line
    #expect(!line.contains("\n") && !line.contains("\u{202e}"))
    #expect(line.hasPrefix("fail    plane     serving-plane: bad") && line.hasSuffix("; next: look"))
  }

  @Test func aScriptFindsEveryFieldInEveryFinding() {
    #expect(
      Finding.ok(.disk, "/var", "much").fields == [
        "verdict": "ok", "subject": "disk", "object": "/var", "finding": "much", "next": .null,
      ])
  }
}
