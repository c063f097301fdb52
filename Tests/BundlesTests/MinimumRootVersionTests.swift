import Attestations
import Bundles
import Testing
import Wire

/// A thief of a governance key that version 2 removed signs leases of version 1 for ever: who leaves version 2 out has a bundle in which
/// that key still counts, and nothing in it says so.
@Suite struct MinimumRootVersionTests {
  private func report(_ plan: PaperPlan, atLeast version: Int) throws -> BundleReport {
    BundleVerifier.report(
      on: try Papers(plan).bytes,
      BundleQuestion(
        rootDigest: plan.roots[0].payloadDigest, minimumRootVersion: version,
        moment: .at(PaperHouse.time.adding(seconds: 200)), environment: EnvironmentName(checked: "production")))
  }

  @Test func anOldRootChainIsNotBelievedByWhoKnowsOfALaterVersion() throws {
    var old = try PaperPlan()
    old.roots = [old.roots[0]]
    old.leaseRoot = try PaperPlan.verified(old.roots)
    (old.approvalRoot, old.leaseRoot) = (1, old.leaseRoot)
    let fooled = try report(old, atLeast: 1)
    #expect(!fooled.failed.contains(.trustRoots))
    let warned = try report(old, atLeast: 2)
    #expect(warned.failed.contains(.trustRoots) && warned.outcome == .papersFailed)
    let reason = warned.results.first { $0.check == .trustRoots }?.reason
    #expect(reason?.contains("version 1 is the newest here") == true)
  }

  /// A chain that goes far enough proves nothing where the clock of the one who asks still lets an earlier version judge.
  @Test func theVersionThatJudgesNowIsAtLeastTheOneThatIsKnown() throws {
    var plan = try PaperPlan()
    (plan.approvalRoot, plan.leaseRoot) = (1, try PaperPlan.verified([plan.roots[0]]))
    let question = { (version: Int) in
      BundleQuestion(
        rootDigest: plan.roots[0].payloadDigest, minimumRootVersion: version,
        moment: .now(PaperHouse.issued(2).adding(seconds: -1)), environment: EnvironmentName(checked: "production"))
    }
    let bytes = try Papers(plan).bytes
    #expect(!BundleVerifier.report(on: bytes, question(1)).failed.contains(.gateTrust))
    let report = BundleVerifier.report(on: bytes, question(2))
    #expect(report.failed.contains(.gateTrust) && !report.failed.contains(.trustRoots))
    #expect(
      report.results.first { $0.check == .gateTrust }?.reason.contains("version 1 is in force by this clock") == true)
  }

  @Test(arguments: [(1, true), (2, true), (3, false)]) func theNewestVersionIsAtLeastTheOneThatIsKnown(
    version: Int, isBelieved: Bool
  ) throws {
    let report = try report(PaperPlan(), atLeast: version)
    #expect(report.failed == (isBelieved ? [] : [.trustRoots, .gateLease]) || report.failed == [.trustRoots])
    #expect((report.outcome == .allowed) == isBelieved)
  }
}
