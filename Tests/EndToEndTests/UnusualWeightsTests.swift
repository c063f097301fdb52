import Attestations
import Foundation
import Glibc
import PlaneContract
import Signing
import TestSupport
import Testing
import WeightsDigest
import Wire

/// Weights of unusual sizes, from submit to what is served.
@Suite("Weights of unusual sizes", .serialized, .runningPlanes)
struct UnusualWeightsTests {
  let stage: Stage
  let ci: PlaneCaller
  var planes: DaemonFixture { stage.planes }

  init() throws {
    stage = try Stage()
    ci = try stage.caller("ci")
  }

  @Test("A file of 0 bytes is what it is: served where these were approved, and refused where others were")
  func emptyFile() async throws {
    let empty = try planes.home.write([], to: "weights/empty/v1.bin")
    let other = try await approved("filled", .file, planes.home.write([1], to: "weights/filled/v1.bin"))
    try await expectDenied(by: "weights", saying: "give the path of the trained bytes") {
      try await ci.deploy(other, weights: empty)
    }
    #expect(try planes.home.served(other.text) == nil)
    let model = try await approved("empty", .file, empty)
    try await ci.deploy(model, weights: empty)
    #expect(try planes.home.served(model.text) == ["v1.bin": []])
  }

  @Test("A directory whose only file is empty is served, and one without a file is refused by name")
  func emptyTree() async throws {
    _ = try planes.home.write([], to: "weights/hollow/tree/only.bin")
    let tree = "\(planes.home.folder)/weights/hollow/tree"
    let model = try await approved("hollow", .directory, tree)
    try FileManager.default.createDirectory(atPath: "\(tree)-none", withIntermediateDirectories: true)
    try await expectDenied(by: "weights", saying: "has no file in it") {
      try await ci.deploy(model, weights: "\(tree)-none")
    }
    try await ci.deploy(model, weights: tree)
    #expect(try planes.home.served(model.text) == ["only.bin": []])
  }

  /// 200,000 files in `make test-long`.
  @Test("A directory of very many files is deployed, and others are authorized meanwhile")
  func manyFiles() async throws {
    let count = LongTests.areAsked ? 200_000 : 5000
    let tree = "\(planes.home.folder)/weights/many/tree"
    for folder in 0..<count / 1000 {
      let path = "\(tree)/\(folder)"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      for file in 0..<1000 { try write("\(folder) \(file)", to: "\(path)/\(file).bin") }
    }
    let model = try await approved("many", .directory, tree)
    var patient = ci
    patient.timeout = .seconds(600)
    try await Bystanders(stage).areServed { [patient] in try await patient.deploy(model, weights: tree) }
    let current = "\(planes.home.path)/serving-plane/deployments/staging/many/current"
    let served = URL(fileURLWithPath: current).resolvingSymlinksInPath().path
    let found = try WeightsHasher().hash(path: served)
    #expect(try found == WeightsHasher().hash(path: tree) && found.fileCount == count)
    #expect(try planes.home.unfinishedCopies() == [])
    try await ci.undeploy(model)
  }

  /// Many times as fast as Foundation.
  private func write(_ text: String, to path: String) throws {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    defer { close(file) }
    try #require(Glibc.write(file, text, text.utf8.count) == text.utf8.count)
  }

  private func approved(_ name: String, _ kind: WeightsKind, _ path: String) async throws -> ModelID {
    let result = TrainingResult(
      modelID: ModelID(checked: name), weightsHash: try WeightsHasher().hash(path: path).digest, weightsKind: kind,
      metrics: [:], correlationID: CorrelationID(checked: "run-1"))
    let receipt = try await stage.caller("trainer").submit(result)
    try await planes.governanceHolds(receipt.digest)
    let model = TrainedModel(result: result, weights: [], path: path, receipt: receipt)
    try await planes.approved(planes.approval(of: model))
    return result.modelID
  }
}
