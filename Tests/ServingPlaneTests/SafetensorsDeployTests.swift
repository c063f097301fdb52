import Attestations
import Foundation
import MerkleLog
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@testable import ServingPlane

/// Approved bytes that a loader would misread: the digest is right, and they are refused all the same.
@Suite struct SafetensorsDeployTests {
  private static let sound = file(#"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#, data: 4)

  /// A file of this header and so many bytes of data. Printable throughout: the length of the header is a character.
  private static func file(_ header: String, data: Int) -> [UInt8] {
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> ($0 * 8)) }
    return length + Array(header.utf8) + [UInt8](repeating: 0, count: data)
  }

  /// A plane with an approval of `bytes`, which lie at the path that is returned.
  private func approved(
    _ bytes: [UInt8], named name: String = "model.safetensors"
  ) async throws -> (serving: ServingHouse, path: String) {
    let serving = try await ServingHouse()
    let result = TrainingResult(
      modelID: ModelID(checked: "iris"), weightsHash: Digest(hashing: bytes), weightsKind: .file, metrics: [:],
      correlationID: CorrelationID(checked: "run-1"))
    try await serving.publish(result)
    let path = "\(serving.models.path)/\(name)"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return (serving, path)
  }

  @Test(arguments: [
    (file("{}", data: 1), "no tensor covers"),
    (Array(sound.dropLast()), "cut short"),
    (Array(sound.prefix(20)), "cut short"),
    (Array(sound.prefix(5)), "too few"),
    ([], "too few"),
    (Array("no safetensors at all".utf8), "no safetensors"),
    (
      file(
        #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}"#,
        data: 6), "overlap"
    ),
    (file(#"{"a":{"dtype":"U9","shape":[4],"data_offsets":[0,4]}}"#, data: 4), "unknown type"),
    (file(#"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,4]}}"#, data: 4), "does not take"),
  ])
  func anUnsoundHeaderIsRefusedByWeightsWithTheReasonAndNothingRuns(_ bytes: [UInt8], _ words: String) async throws {
    let (serving, path) = try await approved(bytes)
    for weights in [path, nil] {
      let refusal = try #require(try await refusal { try await serving.deploy(weights: weights) })
      let gates = refusal.decision?["gates"]?.array?.compactMap(\.object).filter { $0["passed"]?.bool == false } ?? []
      #expect(refusal.code == .denied && gates.map { $0["gate"]?.string } == ["weights"])
      #expect(gates.first?["reason"]?.string?.contains(words) == true, "\(refusal)")
    }
    #expect(serving.served() == nil)
    #expect(try await serving.plane.evidence(.deploymentIntended).isEmpty)
  }

  @Test func aSoundFileIsDeployedAndAnotherNameIsNotLookedInto() async throws {
    let (serving, path) = try await approved(Self.sound)
    try await serving.deploy(weights: path)
    #expect(serving.served() != nil)
    let (other, plain) = try await approved(Array("no safetensors".utf8), named: "model.bin")
    try await other.deploy(weights: plain)
    #expect(other.served() == "no safetensors")
  }

  @Test func everyFileOfATreeIsLookedInto() async throws {
    let tree = try TemporaryTree()
    try tree.write(Self.sound, to: "sound/a.safetensors")
    try tree.write(Self.sound, to: "unsound/a.safetensors")
    try tree.write([UInt8](Self.sound.dropLast()), to: "unsound/shards/b.safetensors")
    let cancellation = Cancellation()
    try WeightsFormat.check(.init(path: tree / "sound"), cancellation)
    do {
      try WeightsFormat.check(.init(path: tree / "unsound"), cancellation)
      Issue.record("an unsound shard was taken")
    } catch let error as UnsoundWeights { #expect(error.path == "shards/b.safetensors") }
  }
}
