import Bundles
import Signing
import Testing
import Wire

@Suite("Reading bundles")
struct BundleReadingTests {
  @Test("a file of a hundred megabytes is refused before it is read")
  func tooLong() throws {
    let bytes = [UInt8](repeating: UInt8(ascii: "["), count: 100_000_000)
    let report = BundleVerifier.report(on: bytes, try BundleCorpus.cases()[0].question)
    #expect(report.outcome == .notBundle)
    #expect(report.results.first?.reason == "longer than \(BundleLimits.byteCount) bytes")
  }

  @Test("more entries, roots or revocations than a bundle may have are refused")
  func tooMany() throws {
    var papers = try Papers(PaperPlan())
    papers.evidence = Array(repeating: papers.evidence[0], count: BundleLimits.evidence + 1)
    #expect(throws: BundleFault.self) { try UnverifiedBundle(parsing: papers.bytes) }
    papers = try Papers(PaperPlan())
    papers.roots = Array(repeating: papers.roots[0], count: BundleLimits.trustRoots + 1)
    #expect(throws: BundleFault.self) { try UnverifiedBundle(parsing: papers.bytes) }
  }

  @Test("a bundle is read as it was written")
  func roundTrip() throws {
    let bytes = try Papers(PaperPlan()).bytes
    #expect(try UnverifiedBundle(parsing: bytes).serialized == bytes)
  }

  @Test("what rests on a check that failed is not checked, and says so")
  func notChecked() throws {
    let question = try BundleCorpus.cases()[0].question
    let report = BundleVerifier.report(on: [], question)
    #expect(report.results.dropFirst().allSatisfy { $0.passed == nil && $0.reason.hasPrefix("not checked: ") })
  }
}
