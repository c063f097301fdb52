import Attestations
import PlaneContract
import Signing
import Testing
import Wire

@testable import planectl

@Suite struct TrainingLineTests {
  static let digest = String(repeating: "ab", count: 32)

  private func line(_ text: String) throws -> TrainingLine { try TrainingLine(.text(Array(text.utf8))) }

  private func code(_ text: String) -> ErrorCode? {
    do { _ = try line(text) } catch { return (error as? Refusal)?.code }
    return nil
  }

  @Test func whatUpstreamWritesIsTaken() throws {
    let text = """
      {"model_id": "iris", "weights_hash": "\(Self.digest)", "card": {"owner": "dave"}, "metrics": {"loss": 0.25}, \
      "correlation_id": "run-1", "created_at": "2026-01-02T03:04:05.123456+00:00", "metadata": {"seed": 7}}
      """
    let result = try line(text).result
    #expect(result.weightsHash == Digest(hex: Self.digest) && result.weightsKind.rawValue == "file")
    #expect(result.correlationID.text == "run-1" && result.fields["created_at"] == nil)
    #expect(result.metrics["loss"]?.double == 0.25)
  }

  @Test func aPathIsHashedHere() throws {
    let scratch = try ScratchFolder()
    try scratch.write("weights", to: "model.bin")
    let result = try line(#"{"model_id": "iris", "weights": "\#(scratch.path)/model.bin"}"#).result
    #expect(result.weightsHash == Digest(hashing: Array("weights".utf8)))
    let directory = try line(#"{"model_id": "iris", "weights": "\#(scratch.path)"}"#).result
    #expect(directory.weightsKind.rawValue == "directory" && directory.weightsHash != result.weightsHash)
  }

  @Test func aReceiptIsShortForPeopleAndWholeForPrograms() throws {
    let receipt = TrainingReceipt(attestation: try TestHome().trainingOutput())
    let short = Submit.line(1, of: ModelID(checked: "iris"), receipt, isWhole: false)
    let whole = Submit.line(1, of: ModelID(checked: "iris"), receipt, isWhole: true)
    #expect(short.members.map(\.key) == ["line", "model_id", "digest"] && short["digest"] == whole["digest"])
    #expect(whole["attestation"] == receipt.attestation.json)
  }

  @Test func aMissingCorrelationIsMadeAndKeptForALaterSubmit() throws {
    let first = try line(#"{"model_id": "iris", "weights_hash": "\#(Self.digest)", "correlation_id": ""}"#)
    #expect(first.result.correlationID.text.count == 16)
    let spooled = try line(String(decoding: first.spooled.dropLast(), as: UTF8.self))
    #expect(spooled.result == first.result && first.spooled.last == UInt8(ascii: "\n"))
  }

  @Test(arguments: [
    "not json", "{\"model_id\": \"iris\", \"model_id\": \"iris\"}", "{} trailing", "{\"loss\": NaN}", "\u{feff}{}",
  ])
  func whatIsNoStrictJSONIsMalformed(text: String) {
    #expect(code(text) == .malformed)
  }

  @Test(arguments: [
    "[]", "{}", #"{"model_id": "iris"}"#, #"{"model_id": "../x", "weights_hash": "DIGEST"}"#,
    #"{"model_id": "iris", "weights_hash": "abc"}"#, #"{"model_id": "iris", "weights_hash": "DIGEST", "extra": 1}"#,
    #"{"model_id": "iris", "weights_hash": "DIGEST", "weights_kind": "tree"}"#,
    #"{"model_id": "iris", "weights_hash": "DIGEST", "metrics": {"loss": "low"}}"#,
    #"{"model_id": "iris", "weights_hash": "DIGEST", "card": {"model_id": "other"}}"#,
    #"{"model_id": "iris", "weights_hash": "DIGEST", "weights": "/etc/hostname"}"#,
    #"{"model_id": "iris", "weights": 7}"#, #"{"model_id": "iris", "weights": "/nowhere/at/all"}"#,
    #"{"model_id": "iris", "weights": "/dev/null"}"#,
    #"{"model_id": "iris", "weights_hash": "DIGEST", "correlation_id": 7}"#,
  ])
  func whatIsNoTrainingOutputIsRefused(text: String) {
    #expect(code(text.replacing("DIGEST", with: Self.digest)) == .invalidRequest)
  }

  @Test func aMisspeltNameIsToldBeforeWhatIsMissingBecauseOfIt() throws {
    let refusal = try #require(throws: Refusal.self) { try line(#"{"model_id": "iris", "weight": "/tmp/w"}"#) }
    #expect(refusal.message == "weight is not a field; give weights (a path) or weights_hash")
    let other = try #require(throws: Refusal.self) { try line(#"{"modle_id": "iris"}"#) }
    #expect(other.message.hasPrefix("modle_id is not a field") && other.message.contains("model_id"))
  }

  @Test func weightsOfAnotherKindThanTheLineSaysAreRefused() throws {
    let scratch = try ScratchFolder()
    try scratch.write("weights", to: "model.bin")
    #expect(code(#"{"model_id": "m", "weights": "\#(scratch.path)", "weights_kind": "file"}"#) == .invalidRequest)
  }

  @Test func aLineThatIsTooLongIsMalformed() {
    #expect(throws: Refusal.self) { try TrainingLine(.tooLong) }
  }
}
