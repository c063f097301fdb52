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

  /// What fails while planes do not cosign each other's checkpoints.
  private static let unwitnessed = ["evidence_witnesses"]

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

  private func export(_ approval: ModelApproval) async throws -> (code: CInt, output: String) {
    try await planectl.run("bundle", "export", approval.approvalID.text, "-o", file, "--as", "alice")
  }

  @Test("what was trained, approved and deployed is proved from the pin alone, and what was revoked is not")
  func fromPlanes() async throws {
    let model = try await planes.trained("bundled")
    let approval = planes.approval(of: model)
    try await planes.approved(approval)
    try await stage.caller("ci").deploy(model.id, weights: model.path)
    let exported = try await export(approval)
    #expect(!exported.output.contains("not in the bundle"), "\(exported.output)")
    #expect(try await verify("-e", "staging").failed == Self.unwitnessed)
    #expect(try await verify("-e", "moon").failed == Self.unwitnessed + ["gate_quorum", "gate_environment"])

    _ = try await stage.caller("bob").revoke(planes.revocation(of: approval, by: "bob"))
    try await planes.governanceRevokes(approval)
    _ = try await export(approval)
    #expect(try await verify("-e", "staging").failed == Self.unwitnessed + ["gate_revocation"])
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
