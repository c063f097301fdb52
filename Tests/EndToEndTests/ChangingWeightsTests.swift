import Attestations
import Foundation
import Glibc
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// Weights that change under the plane's eyes. Whatever it answers, only the approved bytes ever run.
@Suite("Weights that change while they are read", .serialized, .runningPlanes)
struct ChangingWeightsTests {
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
    "Weights that others replace, link elsewhere, cut short, lengthen or remove all the time",
    arguments: Vandal.allCases)
  func vandal(_ vandal: Vandal) async throws {
    let model = try await largeModel("restless-\(vandal.rawValue)")
    try await bystanders.areServed {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await vandal.work(on: model.path, good: model.weights) }
        for _ in 0..<5 { try await deployOnlyTheApproved(model) }
        group.cancelAll()
        try await group.waitForAll()
      }
    }
    // Once it is left in peace, it is deployed.
    _ = try planes.home.write(model.weights, to: "weights/\(model.id)/v1.bin")
    try await ci.deploy(model.id, weights: model.path)
    #expect(try planes.home.served(model.id.text) == model.served)
  }

  /// A deploy that may be denied by the weights gate, and by nothing else; what runs then is what was approved, or nothing.
  private func deployOnlyTheApproved(_ model: TrainedModel) async throws {
    do { try await ci.deploy(model.id, weights: model.path) } catch let refusal as Refusal {
      let verdict = try Verdict(decision: #require(refusal.decision, "\(refusal)"))
      #expect(refusal.code == .denied && Set(verdict.failures.keys) == ["weights"], "\(refusal)")
    }
    let served = try planes.home.served(model.id.text)
    #expect(served == nil || served == model.served)
  }

  /// Large enough to be read for as long as it takes to change it.
  private func largeModel(_ name: String) async throws -> TrainedModel {
    let weights = [UInt8](repeating: 7, count: 2 << 20)
    let result = TrainingResult(
      modelID: ModelID(checked: name), weightsHash: Digest(hashing: weights), weightsKind: .file, metrics: [:],
      correlationID: CorrelationID(checked: "run-1"))
    let path = try planes.home.write(weights, to: "weights/\(name)/v1.bin")
    let receipt = try await stage.caller("trainer").submit(result)
    try await planes.governanceHolds(receipt.digest)
    let model = TrainedModel(result: result, weights: weights, path: path, receipt: receipt)
    try await planes.approved(planes.approval(of: model))
    return model
  }
}

/// Somebody who may write where the weights lie.
enum Vandal: String, CaseIterable, CustomTestStringConvertible {
  case replacing, linking, shortening, lengthening, removing, overwriting

  var testDescription: String { rawValue }

  /// Changes the file and changes it back, until the task is cancelled.
  func work(on path: String, good: [UInt8]) async throws {
    let (evil, spare) = ("\(path).evil", "\(path).good")
    try Data(good.dropLast() + [0]).write(to: URL(fileURLWithPath: evil))
    try Data(good).write(to: URL(fileURLWithPath: spare))
    while !Task.isCancelled {
      switch self {
      case .replacing: for file in [evil, spare] { replace(path, by: file) }
      case .linking:
        symlink(evil, "\(path).next")
        rename("\(path).next", path)
        replace(path, by: spare)
      case .removing:
        unlink(path)
        replace(path, by: spare)
      case .shortening:
        truncate(path, off_t(good.count / 2))
        try overwrite(path, at: good.count / 2, with: good[(good.count / 2)...])
      case .lengthening:
        truncate(path, off_t(good.count + 1))
        truncate(path, off_t(good.count))
      case .overwriting:
        try overwrite(path, at: good.count - 1, with: [0])
        try overwrite(path, at: good.count - 1, with: good.suffix(1))
      }
      await Task.yield()
    }
  }

  private func replace(_ path: String, by file: String) {
    link(file, "\(path).next")
    rename("\(path).next", path)
  }

  private func overwrite(_ path: String, at offset: Int, with bytes: ArraySlice<UInt8>) throws {
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.seek(toOffset: UInt64(offset))
    try file.write(contentsOf: Data(bytes))
    try file.close()
  }
}
