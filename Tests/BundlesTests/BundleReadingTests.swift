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

  @Test("what governance knew is told with the time at which it knew it, whatever time is asked about")
  func notRevokedAsOf() throws {
    let papers = try Papers(PaperPlan())
    let issued = PaperPlan.exported.adding(seconds: -20)
    for (seconds, latest) in [(100, PaperHouse.time.adding(seconds: 100)), (300 * 86_400, issued)] {
      let question = BundleQuestion(
        rootDigest: papers.roots[0].payloadDigest, moment: .at(PaperHouse.time.adding(seconds: seconds)),
        maximumAge: 1000 * 86_400)
      let report = BundleVerifier.report(on: papers.bytes, question)
      let reason = report.results.first { $0.check == .gateRevocation }?.reason
      #expect(reason == "not revoked as of \(latest), by what governance knew at \(issued)")
      #expect(report.findings.revocationsKnownAt == issued)
    }
  }

  @Test("without a lease nobody says that what is here is all, and the gate does not either")
  func notRevokedByNobody() throws {
    var papers = try Papers(PaperPlan())
    papers.lease = nil
    let report = BundleVerifier.report(on: papers.bytes, try BundleCorpus.cases()[0].question)
    let reason = report.results.first { $0.check == .gateRevocation }?.reason
    #expect(reason == "none of the revocations here is of it, and nobody says that these are all")
  }

  @Test("every environment that was judged is named, and a deployment is told as the past that it is")
  func reasons() throws {
    let papers = try Papers(PaperPlan())
    let question = BundleQuestion(rootDigest: papers.roots[0].payloadDigest, moment: .at(PaperPlan.exported))
    let results = BundleVerifier.report(on: papers.bytes, question).results
    let reason = { (check: BundleCheck) in results.first { $0.check == check }?.reason }
    #expect(reason(.gateEnvironment) == "approved for staging; approved for production")
    #expect(reason(.promotion)?.hasSuffix("; whether it runs there still nobody says here") == true)
  }

  @Test("what rests on a check that failed is not checked, and says so")
  func notChecked() throws {
    let question = try BundleCorpus.cases()[0].question
    let report = BundleVerifier.report(on: [], question)
    #expect(report.results.dropFirst().allSatisfy { $0.passed == nil && $0.reason.hasPrefix("not checked: ") })
  }
}
