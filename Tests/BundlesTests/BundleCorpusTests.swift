import Bundles
import Foundation
import TestSupport
import Testing
import Wire

@Suite("The corpus of bundles")
struct BundleCorpusTests {
  /// `WRITE_VECTORS=1` writes the files that are compared otherwise.
  private static let isWriting = ProcessInfo.processInfo.environment["WRITE_VECTORS"] == "1"
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Vectors/bundles")

  @Test("every bad bundle fails the checks it must fail, and no other")
  func verdicts() throws {
    let cases = try BundleCorpus.cases()
    #expect(cases.count { $0.outcome != .allowed } >= 30)
    for example in cases {
      let report = BundleVerifier.report(on: example.bytes, example.question)
      let problems = report.results.filter { $0.passed == false }.map { "\($0.check.rawValue): \($0.reason)" }
      #expect(report.failed == example.failed, "\(example.name): \(problems)")
      #expect(report.outcome == example.outcome, "\(example.name)")
      #expect(report.results.map(\.check) == BundleCheck.allCases, "\(example.name)")
    }
  }

  @Test("the stored corpus is what is made here, byte for byte")
  func stored() throws {
    let cases = try BundleCorpus.cases()
    let expected = lines(of: cases)
    if Self.isWriting { try write(cases, expected) }
    for example in cases {
      let stored = try Data(contentsOf: Self.folder.appendingPathComponent(example.file))
      #expect([UInt8](stored) == example.bytes, "\(example.file)")
    }
    #expect(try Data(contentsOf: Self.folder.appendingPathComponent("expected.json")) == Data(expected.utf8))
  }

  @Test("every check of the contract fails somewhere in the corpus")
  func everyCheckFails() throws {
    let failing = Set(try BundleCorpus.cases().flatMap(\.failed))
    #expect(failing == Set(BundleCheck.allCases))
  }

  /// An array with a case a line.
  private func lines(of cases: [BundleCase]) -> String {
    "[\n" + cases.map(\.json.jsonText).joined(separator: ",\n") + "\n]\n"
  }

  private func write(_ cases: [BundleCase], _ expected: String) throws {
    try? FileManager.default.removeItem(at: Self.folder)
    try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
    for example in cases { try Data(example.bytes).write(to: Self.folder.appendingPathComponent(example.file)) }
    try Data(expected.utf8).write(to: Self.folder.appendingPathComponent("expected.json"))
  }
}
