import Metadata
import PlaneContract
import Testing
import Wire

@testable import planectl

@Suite struct PaperFileTests {
  let scratch: ScratchFolder
  static let digest = String(repeating: "ab", count: 32)

  init() throws { scratch = try ScratchFolder() }

  private func file(_ text: String, as kind: PaperFile.Kind? = nil) throws -> PaperFile {
    try scratch.write(text.replacing("DIGEST", with: Self.digest), to: "paper.json")
    return try PaperFile(reading: "\(scratch.path)/paper.json", as: kind)
  }

  @Test(arguments: [
    "", "not json", "[]", "7", "null", #"{"model_id": "m", "model_id": "m"}"#, #"{"metrics": {"loss": NaN}}"#,
    #"{"metrics": {"loss": 1e400}}"#, "{} {}", "\u{feff}{}", #"{"owner": "a\u0000b"}"#,
    #"{"x_model_integrity": 7}"#, #"{"x_model_integrity": null, "name": "agent"}"#, #"{"model_id": "m"}"#,
    #"{"model_id": "m", "weights_hash": "DIGEST", "card": {"model_id": "other"}}"#,
    #"{"model_id": "m", "weights_hash": "DIGEST", "card": {"weights_hash": "abc"}}"#,
    #"{"model_id": "m", "weights_hash": "DIGEST", "metrics": {"loss": "low"}, "card": {}}"#,
  ]) func whatIsNoDocumentIsMalformed(text: String) throws {
    let error = try #require(throws: (any Error).self) { try file(text) }
    #expect(Failure(explaining: error).status == .refused)
  }

  @Test func aFileLongerThanOneMebibyteOrNoneAtAllIsMalformed() throws {
    let error = try #require(throws: (any Error).self) { try file(String(repeating: " ", count: (1 << 20) + 1)) }
    #expect(Failure(explaining: error).status == .refused)
    #expect(throws: (any Error).self) { try PaperFile(reading: "\(scratch.path)/nowhere", as: nil) }
    #expect(throws: (any Error).self) { try PaperFile(reading: scratch.path, as: nil) }
  }

  @Test(
    arguments: [
      (#"{"model_id": "m", "weights_hash": "DIGEST"}"#, .output),
      (#"{"model_id": "m", "weights_hash": "DIGEST", "card": {}}"#, .output),
      (#"{"model_id": "m", "weights_hash": "DIGEST", "metrics": {"loss": 1}}"#, .output),
      (#"{"card_id": "card:1"}"#, .card), (#"{"model_id": "m", "status": "ready", "metrics": {}}"#, .card),
      (#"{"model_id": "m", "provider_id": "local"}"#, .provenance),
      (#"{"model_id": "m", "risk_level": "low"}"#, .provenance),
      (#"{"name": "agent", "metadata": {}, "x_model_integrity": {"provenance": {"model_id": "m"}}}"#, .agent),
    ] as [(String, PaperFile.Kind)]) func aDocumentIsToldByItsFields(text: String, kind: PaperFile.Kind) throws
  {
    #expect(try file(text).kind == kind)
  }

  @Test func anAgentsMetadataMayHoldTheExtension() throws {
    let facts =
      #"{"id": "did:web:x", "agent_name": "a", "metadata": {"x_model_integrity": {"provenance": {"model_id": "m"}}}}"#
    #expect(try file(facts).papers.modelID == "m")
    let output =
      #"{"model_id": "n", "weights_hash": "DIGEST", "metadata": {"x_model_integrity": {"provenance": {"model_id": "m"}}}}"#
    #expect(try file(output).kind == .output)
  }

  @Test func whatItIsCanBeSaid() throws {
    #expect(try file(#"{"model_id": "m"}"#, as: .card).kind == .card)
    #expect(try file(#"{"model_id": "m", "owner": "x"}"#, as: .provenance).kind == .provenance)
  }
}

@Suite struct PaperCheckTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func verdict(
    _ text: String, _ rules: [String] = ["STANDARD"], weights: String? = nil, dataset: String? = nil
  ) throws -> PaperVerdict {
    try scratch.write(text, to: "paper.json")
    let check = PaperCheck(
      profile: IntegrityProfile(rules), context: JudgingContext(), verifiers: AttestationVerifiers(),
      weights: weights.map { "\(scratch.path)/\($0)" }, dataset: dataset.map { "\(scratch.path)/\($0)" })
    return try check.verdict(on: try PaperFile(reading: "\(scratch.path)/paper.json", as: nil))
  }

  private func failed(_ verdict: PaperVerdict) -> [String] {
    (verdict.checks + verdict.report.results).filter { !$0.passed }.map(\.policyName)
  }

  @Test func aCardThatSaysTooLittleFailsTheStandardSet() throws {
    let verdict = try verdict(#"{"card_id": "card:1", "model_id": "m"}"#)
    #expect(failed(verdict) == ["require_weights_hash", "require_governance_tier"] && !verdict.passed)
    #expect(verdict.body["card_json"]?.string?.contains("\n  \"version\": 1,\n") == true)
  }

  @Test(arguments: [
    (#"{"card_id": "card:1", "status": "live"}"#, "card"), (#"{"card_id": 7}"#, "card"),
    (#"{"model_id": "m", "provider_id": 7}"#, "provenance"), (#"{"provider_id": "local"}"#, "provenance"),
    (
      #"{"x_model_integrity": {"provenance": {"model_id": "m"}, "lineage": [{"model_id": "m", "parent_id": "m"}]}}"#,
      "lineage"
    ),
    (
      #"{"x_model_integrity": {"provenance": {"model_id": "m"}, "attestation": {"provenance_digest": "00", "signature": "00"}}}"#,
      "attestation"
    ),
  ]) func aPaperThatIsNotWhatItClaimsFailsItsCheck(text: String, check: String) throws {
    #expect(failed(try verdict(text, [])) == [check])
  }

  @Test func weightsAreComparedAsThePapersHashThem() throws {
    try scratch.write("weights", to: "model.bin")
    let sha512 = "3b9cbe9a0d1b9d8b3a2d8a3f1c3b0b7c"
    let verdict = try verdict(
      #"{"model_id": "m", "hash_algorithm": "sha512", "weights_hash": "\#(sha512)"}"#, [], weights: "model.bin")
    #expect(failed(verdict) == ["weights"])
    #expect(verdict.checks.last?.message.contains("has the sha512") == true)
    #expect(throws: (any Error).self) {
      try self.verdict(#"{"model_id": "m", "risk_level": "low"}"#, [], weights: "model.bin")
    }
  }

  @Test func aDatasetIsComparedWithTheCardRowByRow() throws {
    try scratch.write("{\"b\": 1, \"a\": \"\u{e9}\"}\n", to: "rows.jsonl")
    let hash = "d81bebe19bd25f2b7fa8e294836721d40b558a8ce454d3117dc61b54a65c3d05"
    #expect(try verdict(#"{"dataset_hash": "\#(hash)", "dataset_size": 1}"#, [], dataset: "rows.jsonl").passed)
    #expect(
      failed(try verdict(#"{"dataset_hash": "\#(hash)", "dataset_size": 2}"#, [], dataset: "rows.jsonl")) == ["dataset"]
    )
    #expect(
      failed(try verdict(#"{"dataset_hash": "\#(hash.uppercased())"}"#, [], dataset: "rows.jsonl")) == ["dataset"])
    try scratch.write("{\"a\": NaN}\n", to: "rows.jsonl")
    #expect(throws: (any Error).self) { try verdict(#"{"dataset_size": 1}"#, [], dataset: "rows.jsonl") }
  }

  @Test func whatIsShownCannotMoveTheCursorOrHideAnything() throws {
    let verdict = try verdict(
      #"{"model_id": "m\u001b[2J\u202e", "model_type": "\u001b[31mx\u2066", "risk_level": "a\nb"}"#,
      ["known_values", "max_risk_level"])
    let text = verdict.lines(width: nil).joined(separator: "\n")
    #expect(
      !text.unicodeScalars.contains {
        $0 != "\n" && $0.properties.generalCategory == .control || $0.properties.generalCategory == .format
      })
    #expect(text.contains("\\u{1b}[31mx\\u{2066}") && text.contains("m\\u{1b}[2J\\u{202e}"))
  }

  @Test func aDryRunIsShownAndFailsNothing() throws {
    let verdict = try verdict(#"{"model_id": "m", "provider_id": "p"}"#, ["report-only:require_risk_level"])
    #expect(
      verdict.passed && verdict.lines(width: nil).contains { $0.contains("would fail") && $0.contains("only reported") }
    )
  }
}
