import Attestations
import Foundation
import PlaneContract
import TestSupport
import Testing
import Wire

/// The papers of a model, gathered from three real planes and checked without them.
@Suite("Bundles from real planes", .serialized, .runningPlanes)
struct BundleTests {
  let stage: Stage
  let planectl: Planectl
  var planes: DaemonFixture { stage.planes }

  init() throws {
    stage = try Stage()
    planectl = Planectl(stage.planes.home)
  }

  private var file: String { "\(planes.home.folder)/bundle.json" }
  private var pin: String { planes.home.root.originDigest.description }

  /// The names of the checks that failed, as `planectl bundle verify` says; `nil` for those not checked.
  private func verify(_ words: String...) async throws -> (code: CInt, failed: [String]) {
    let (code, output) = try await planectl.run(
      ["bundle", "verify", file, "--root-digest", pin, "--json"] + words, atHome: false)
    let line = output.split(separator: "\n").first.map { Array($0.utf8) } ?? []
    let checks = try StrictJSON.parse(line).object?["checks"]?.array ?? []
    #expect(checks.count == 23, "\(output)")
    return (code, checks.filter { $0.object?["passed"] == .bool(false) }.compactMap { $0.object?["name"]?.string })
  }

  /// Until the planes have cosigned what the bundle proves, it does not verify.
  private func exported(_ approval: ModelApproval) async throws {
    try await pollUntil("a bundle of \(approval.approvalID) is complete") {
      try await planectl.run("bundle", "export", approval.approvalID.text, "-o", file, "--as", "alice").code == 0
    }
  }

  @Test("what was trained, approved and deployed is proved from the pin alone, and what was revoked is not")
  func fromPlanes() async throws {
    let model = try await planes.trained("bundled")
    let approval = planes.approval(of: model)
    try await planes.approved(approval)
    try await stage.caller("ci").deploy(model.id, weights: model.path)
    try await exported(approval)
    let good = try await verify("-e", "staging", "--weights", model.path)
    #expect(good.code == 0 && good.failed.isEmpty, "\(good)")
    #expect(try await verify("-e", "moon").failed == ["gate_quorum", "gate_environment"])
    let other = planes.home.folder + "/other.bin"
    try Data("others".utf8).write(to: URL(fileURLWithPath: other))
    #expect(try await verify("-e", "staging", "--weights", other).failed == ["gate_weights"])

    _ = try await stage.caller("bob").revoke(planes.revocation(of: approval, by: "bob"))
    try await planes.governanceRevokes(approval)
    try await exported(approval)
    let revoked = try await verify("-e", "staging")
    #expect(revoked.code == 1 && revoked.failed == ["gate_revocation"], "\(revoked)")
  }

  @Test("a bundle that cannot be had whole leaves the one that was there, and each gap says what to do")
  func keptBundle() async throws {
    let model = try await planes.trained("kept")
    let approval = planes.approval(of: model)
    try await planes.approved(approval)
    try await exported(approval)
    let good = try Data(contentsOf: URL(fileURLWithPath: file))
    try await planes.kill(.training)
    let failed = try await planectl.run("bundle", "export", approval.approvalID.text, "-o", file, "--as", "alice")
    try await planes.startAll()
    #expect(failed.code == 5 && failed.output.contains("nothing was written"), "\(failed.output)")
    #expect(failed.output.contains("hint: export again when the planes named above can be asked"), "\(failed.output)")
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == good)
    #expect(try await verify("-e", "staging").code == 0)
  }

  @Test("an approval that waits for signatures has no papers, and who asks is told so")
  func pendingHasNone() async throws {
    let model = try await planes.trained("waiting")
    let approval = planes.approval(of: model, required: 2)
    try await planes.proposed(approval)
    let none = try await planectl.run("bundle", "export", approval.approvalID.text, "--as", "alice")
    #expect(
      none.code == 4 && none.output.contains("is pending: it has papers once enough have signed it"), "\(none.output)")
    #expect(none.output.contains("hint: planectl show"), "\(none.output)")
  }

  @Test("another house's pin, and no bundle at all, are told apart")
  func refusals() async throws {
    let pin = "sha256:" + String(repeating: "0", count: 64)
    let none = try await planectl.run(["bundle", "verify", "/etc/hostname", "--root-digest", pin], atHome: false)
    #expect(none.code == 4, "\(none.output)")
    let usage = try await planectl.run(["bundle", "verify", "/etc/hostname"], atHome: false)
    #expect(usage.code == 2, "\(usage.output)")
    let unknown = try await planectl.run("bundle", "export", "approval:ffffffffffffffff", "--as", "alice")
    #expect(unknown.code == 4, "\(unknown.output)")
  }
}
