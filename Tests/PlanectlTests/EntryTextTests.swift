import Attestations
import MerkleLog
import Signing
import Testing
import Wire

@testable import planectl

@Suite struct EntryTextTests {
  private func entry(_ data: JSONObject, event: EvidenceEvent = .requestRefused) throws -> UnverifiedEntry {
    try UnverifiedEntry(
      EvidenceEntry(index: 7, time: PlayedLog.epoch, event: event, data: data, attestation: nil).bytes)
  }

  @Test func whatOthersWroteCannotReachTheTerminalOrLookLikeMoreThanOneValue() throws {
    let hostile = try entry(["reason": "x\" code=ok\u{1b}[2J\u{202e}", "code": "denied", "by": "a=b"])
    let words = EntryText.words(of: hostile)
    #expect(words == [#"reason="x\" code=ok\u001b[2J\u{202e}""#, "code=denied", #"by="a=b""#])
  }

  @Test func aModelStandsFirstAndDigestsAreShort() throws {
    let digest = Digest(hashing: [1])
    let words = EntryText.words(
      of: try entry([
        "weights_hash": .string(digest.description), "model_id": "iris", "scope": .null, "names": ["a", "b"],
      ]))
    #expect(words == ["iris", "weights_hash=\(digest.short)", "names=a,b"])
  }

  @Test func onANarrowTerminalWhatAnEntrySaysStandsBelowIt() throws {
    let entry = try entry(["model_id": "iris", "reason": "because", "environment": "staging"])
    #expect(EntryText(width: nil).lines(entry).count == 1)
    let narrow = EntryText(width: 40).lines(entry)
    #expect(narrow.count == 3 && narrow[1] == "        iris reason=because")
  }
}

@Suite struct LogArgumentTests {
  @Test(arguments: [("training-plane", Role.training), ("g", .governance), ("serv", .serving)])
  func aPlaneIsNamedByItsBeginning(text: String, plane: Role) throws {
    #expect(try Role.plane(text) == plane)
  }

  @Test(arguments: ["", "x", "training-planes", "Governance"]) func anythingElseIsNoPlane(text: String) {
    #expect(throws: (any Error).self) { try Role.plane(text) }
  }

  @Test(arguments: [
    ["--verify", "--checkpoint"], ["--verify", "--follow"], ["--prove", "1", "--model", "iris"], ["--prove", "-1"],
    ["--since", "1h", "--last", "3"], ["--since", "yesterday"], ["--verify", "--socket", "x"],
  ])
  func whatDoesNotGoTogetherIsWrongUsage(words: [String]) {
    #expect(throws: (any Error).self) { try Planectl.parseAsRoot(["log", "serving"] + words) }
  }
}
