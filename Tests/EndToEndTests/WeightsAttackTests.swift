import Attestations
import Foundation
import Glibc
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// Paths and trees that a deployer may name for an approved model, and that are not the approved weights, or not only.
@Suite("Weights that are not read", .serialized, .runningPlanes)
struct WeightsAttackTests {
  let stage: Stage
  let bystanders: Bystanders
  let ci: PlaneCaller
  var planes: DaemonFixture { stage.planes }

  init() throws {
    stage = try Stage()
    bystanders = try Bystanders(stage)
    ci = try stage.caller("ci")
  }

  @Test(
    "What is no plain file of the approved bytes is refused, says why, and nothing runs",
    arguments: WeightsTrap.allCases)
  func trap(_ trap: WeightsTrap) async throws {
    let model = try await approved("trapped-\(trap.rawValue.lowercased())")
    let path = try trap.set(for: model, in: planes.home)
    try await bystanders.areServed {
      try await expectDenied(by: "weights", saying: trap.words) { try await ci.deploy(model.id, weights: path) }
    }
    #expect(try planes.home.served(model.id.text) == nil)
    try await ci.deploy(model.id, weights: model.path)
    #expect(try planes.home.served(model.id.text) == model.served)
  }

  @Test("A tree whose unchecked manifest would be the approved one's is refused: a newline in a name")
  func manifestCollision() async throws {
    let files = [("a.bin", Array("first".utf8)), ("b.bin", Array("second".utf8))]
    let manifest = files.map { name, bytes in "\(Digest(hashing: bytes).hex)  \(bytes.count)  \(name)\n" }.joined()
    let digest = Digest(hashing: Array("nanda-weights-directory-v1\n\(manifest)".utf8))
    let model = try await approvedTree("collided", files, digest)
    let (_, second) = files[1]
    let collision = "a.bin\n\(Digest(hashing: second).hex)  \(second.count)  b.bin"
    _ = try planes.home.write(files[0].1, to: "weights/collision/\(collision)")
    try await expectDenied(by: "weights", saying: "control character") {
      try await ci.deploy(model, weights: "\(planes.home.folder)/weights/collision")
    }
    #expect(try planes.home.served("collided") == nil)
    try await ci.deploy(model, weights: "\(planes.home.folder)/weights/collided")
    #expect(try planes.home.served("collided") == Dictionary(uniqueKeysWithValues: files))
  }

  @Test(
    "A tree that holds a link, a pipe or a file more than was approved is refused", arguments: ["link", "pipe", "file"])
  func tamperedTree(_ what: String) async throws {
    let bytes = Array("only".utf8)
    let manifest = "\(Digest(hashing: bytes).hex)  \(bytes.count)  only.bin\n"
    let digest = Digest(hashing: Array("nanda-weights-directory-v1\n\(manifest)".utf8))
    let model = try await approvedTree("tree-with-\(what)", [("only.bin", bytes)], digest)
    let tree = "\(planes.home.folder)/weights/\(model)"
    switch what {
    case "link": try #require(symlink("only.bin", "\(tree)/alias.bin") == 0)
    case "pipe": try #require(mkfifo("\(tree)/pipe.bin", 0o600) == 0)
    default: _ = try planes.home.write([1], to: "weights/\(model)/.more")
    }
    try await bystanders.areServed {
      try await expectDenied(by: "weights") { try await ci.deploy(model, weights: tree) }
    }
    #expect(try planes.home.served(model.text) == nil)
  }

  @Test("What lies outside weights_roots is refused, though the plane could read it")
  func outsideTheRoots() async throws {
    let model = try await approved("outside")
    let elsewhere = try planes.home.write(model.weights, to: "elsewhere/v1.bin")
    try await reconfigured(roots: "\(planes.home.folder)/weights") {
      for path in [
        elsewhere, "/etc/passwd", planes.home.folder, "\(planes.home.folder)/weights/../elsewhere/v1.bin",
      ] {
        try await expectDenied(by: "weights") { try await ci.deploy(model.id, weights: path) }
      }
      try await stage.expectSteadyStillRuns()
      try await ci.deploy(model.id, weights: model.path)
    }
  }

  @Test("Weights that the plane's user may not read are refused by name, and others are served")
  func unreadable() async throws {
    let model = try await approved("unreadable")
    try #require(chmod(model.path, 0) == 0)
    try await planes.kill(.serving)
    // Without these two capabilities the superuser is bound by permissions too.
    let wrapper = geteuid() == 0 ? ["/usr/bin/setpriv", "--bounding-set", "-dac_override,-dac_read_search"] : []
    try await planes.start(.serving, through: wrapper)
    try await bystanders.areServed {
      try await expectDenied(by: "weights", saying: "Permission denied") {
        try await ci.deploy(model.id, weights: model.path)
      }
    }
    try #require(chmod(model.path, 0o400) == 0)
    try await ci.deploy(model.id, weights: model.path)
    try await planes.kill(.serving)
    try await planes.start(.serving)
  }

  private func approved(_ name: String) async throws -> TrainedModel {
    let model = try await planes.trained(name)
    try await planes.approved(planes.approval(of: model))
    return model
  }

  /// Writes a tree below `weights/NAME` and has it approved under `digest`.
  private func approvedTree(_ name: String, _ files: [(String, [UInt8])], _ digest: Digest) async throws -> ModelID {
    for (file, bytes) in files { _ = try planes.home.write(bytes, to: "weights/\(name)/\(file)") }
    let result = TrainingResult(
      modelID: ModelID(checked: name), weightsHash: digest, weightsKind: .directory, metrics: [:],
      correlationID: CorrelationID(checked: "run-1"))
    let receipt = try await stage.caller("trainer").submit(result)
    try await planes.governanceHolds(receipt.digest)
    let model = TrainedModel(result: result, weights: [], path: "", receipt: receipt)
    try await planes.approved(planes.approval(of: model))
    return result.modelID
  }

  /// Runs `body` while serving reads weights only below `roots`.
  private func reconfigured(roots: String, _ body: () async throws -> Void) async throws {
    let config = URL(fileURLWithPath: planes.home.config(of: .serving))
    let text = try String(contentsOf: config, encoding: .utf8)
    try text.replacing("weights_roots: [\"/\"]", with: "weights_roots: [\"\(roots)\"]")
      .write(to: config, atomically: false, encoding: .utf8)
    try await planes.kill(.serving)
    try await planes.start(.serving)
    try await body()
    try text.write(to: config, atomically: false, encoding: .utf8)
    try await planes.kill(.serving)
    try await planes.start(.serving)
  }
}
