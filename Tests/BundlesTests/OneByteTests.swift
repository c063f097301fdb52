import Bundles
import Signing
import TestSupport
import Testing
import Wire

@Suite("Bundles with one byte changed")
struct OneByteTests {
  /// Of the bundle's some twenty thousand bytes, unless the long tests are asked for: then all.
  private static let stride = LongTests.areAsked ? 1 : 37

  @Test("every change of one byte fails and names a check, but in exported_at, which decides nothing")
  func everyByte() throws {
    let valid = try Papers(PaperPlan()).bytes
    let question = try BundleCorpus.cases()[0].question
    let signed = valid.count - "\"exported_at\":\"2026-01-02T03:07:25+00:00\"}\n".utf8.count
    var generator = SeededGenerator()
    let first = Int.random(in: 0..<Self.stride, using: &generator)
    for position in Swift.stride(from: first, to: signed, by: Self.stride) {
      var changed = valid
      changed[position] = replacement(for: valid[position], &generator)
      let report = BundleVerifier.report(on: changed, question)
      #expect(!report.failed.isEmpty, "byte \(position) became \(changed[position]); TEST_SEED=\(generator.seed)")
    }
  }

  @Test("every byte of the time of export is held to its form")
  func exportedAt() throws {
    let valid = try Papers(PaperPlan()).bytes
    let question = try BundleCorpus.cases()[0].question
    for position in (valid.count - 43)..<valid.count {
      var changed = valid
      changed[position] = UInt8(ascii: "~")
      #expect(BundleVerifier.report(on: changed, question).failed == [.format], "byte \(position)")
    }
  }

  /// Another character of the same kind, so that the change is not found before it is understood.
  private func replacement(for byte: UInt8, _ generator: inout SeededGenerator) -> UInt8 {
    let alphabet: [UInt8] =
      switch byte {
      case 0x30...0x39: Array("0123456789".utf8)
      case 0x41...0x5a, 0x61...0x7a: Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
      default: Array(" !#$%&'()*+,-./:;<=>?@[]^_`{|}~\n".utf8)
      }
    return alphabet.filter { $0 != byte }.randomElement(using: &generator) ?? 0x20
  }
}
