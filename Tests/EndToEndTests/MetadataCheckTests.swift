import Attestations
import Signing
import TestSupport
import Testing
import Wire

/// `planectl metadata check` as scripts see it: its exit status, and what it writes.
@Suite struct MetadataCheckTests {
  private static let card = """
    {"card_id": "card:0000000000000001", "model_id": "m", "owner": "ml", "weights_hash": "\(String(repeating: "ab", count: 32))",
     "created_at": "2026-01-02T03:04:05Z", "governance_tier": "standard", "base_model": "phi3"}
    """

  private static let cases: [(text: String, words: [String], code: CInt)] = [
    (card, [], 0), (card, ["--profile", "default"], 0), (card, ["--profile", "absent"], 4),
    (card, ["--kind", "book"], 2),
    (card, ["--profile", "No"], 2), (#"{"card_id": "card:1"}"#, [], 1),
    (#"{"card_id": "card:1", "status": "live"}"#, [], 1),
    ("{", [], 4), ("[]", [], 4), (#"{"card_id": "a", "card_id": "b"}"#, [], 4), (card, ["--key", "/nowhere"], 4),
  ]

  @Test func theExitStatusTellsPassedFromFailedFromMalformed() async throws {
    let home = try await PlanesHome()
    let planectl = Planectl(home)
    for (text, words, code) in Self.cases {
      let path = try home.write(Array(text.utf8), to: "paper.json")
      let finished = try await planectl.run(["metadata", "check", path] + words)
      #expect(finished.code == code, "\(text) \(words): \(finished.output)")
    }
  }

  @Test func whatOneKeyAttestsAnotherCallerChecks() async throws {
    let home = try await PlanesHome()
    let planectl = Planectl(home)
    let provenance = """
      {"model_id": "m", "weights_hash": "\(String(repeating: "ab", count: 32))", "governance_tier": "standard"}
      """
    let path = try home.write(Array(provenance.utf8), to: "provenance.json")
    let made = try await planectl.run(
      ["metadata", "attest", path, "--key", "\(home.path)/keys/trainer.pem"], atHome: false)
    #expect(made.code == 0, "\(made.output)")
    let agent = #"{"x_model_integrity": {"provenance": \#(provenance), "attestation": \#(made.output)}}"#
    let document = try home.write(Array(agent.utf8), to: "agent.json")
    for (name, code) in [("trainer", 0), ("alice", 1)] as [(String, CInt)] {
      let checked = try await planectl.run([
        "metadata", "check", document, "--key", "\(home.path)/keys/\(name).pub.pem",
      ])
      #expect(checked.code == code, "\(name): \(checked.output)")
    }
    // The trust root's submitters and approvers count by themselves.
    let checked = try await planectl.run(["metadata", "check", document, "--profile", "default", "--json"])
    #expect(checked.code == 0, "\(checked.output)")
  }
}
