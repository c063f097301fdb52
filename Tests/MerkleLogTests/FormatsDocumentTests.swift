import Foundation
import MerkleLog
import Signing
import TestSupport
import Testing
import Wire

/// The worked example of docs/formats.md, which others write verifiers from, is what this project computes.
@Suite struct FormatsDocumentTests {
  private static let origin = EvidenceOrigin(rootDigest: Digest(hashing: Array("abc".utf8)), plane: "training-plane")
  private static let witness = EvidenceOrigin(rootDigest: Digest(hashing: Array("abc".utf8)), plane: "governance-plane")
  private static let cosignedAt: UInt64 = 1_767_323_050

  private let example: String

  init() throws {
    let document = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("docs/formats.md")
    let text = try String(contentsOf: document, encoding: .utf8)
    let parts = text.components(separatedBy: "<!-- log-example:begin -->")
    example = try #require(parts.last?.components(separatedBy: "<!-- log-example:end -->").first)
  }

  private static func entry(
    _ index: Int, _ event: EvidenceEvent, _ data: JSONObject, _ attestation: Digest? = nil
  ) throws -> [UInt8] {
    let time = try #require(Timestamp(attestation: "2026-01-02T03:04:0\(5 + index)+00:00"))
    return EvidenceEntry(index: index, time: time, event: event, data: data, attestation: attestation).bytes
  }

  private static func entries() throws -> [[UInt8]] {
    try [
      entry(0, .planeStarted, ["version": "0.1.0", "trust_root_version": 1]),
      entry(1, .trainingCompleted, ["model_id": "iris"], Digest(hashing: Array("abc".utf8))),
      entry(2, .requestRefused, ["principal": "ci"]),
    ]
  }

  @Test func itsEntriesAndHashesAreTheseBytes() throws {
    let entries = try Self.entries()
    var log = GrowingLog()
    for entry in entries {
      #expect(example.contains(String(decoding: entry, as: UTF8.self) + "\n"))
      #expect(example.contains(MerkleHash.leaf(entry).hex))
      log.append(entry)
    }
    #expect(try example.contains(log.hash(at: MerklePosition(level: 1, index: 0)).hex))
    #expect(example.contains(log.frontier.root.hex))
  }

  @Test func itsKeysCheckpointCosignatureAndProofAreTheseBytes() throws {
    let (key, witnessKey) = (try SecretKey.seeded(1), try SecretKey.seeded(2))
    let (origin, witness) = (Self.origin.description, Self.witness.description)
    var log = GrowingLog()
    for entry in try Self.entries() { log.append(entry) }
    let checkpoint = try #require(Checkpoint(origin: origin, size: 3, root: log.frontier.root))
    let signed = try VerifiedCheckpoint(signing: checkpoint, with: key)
    let cosignature = try Cosignature(of: signed, by: witness, with: witnessKey, time: Self.cosignedAt)
    let proof = TlogProof(
      try log.inclusionProof(of: 1, size: 3), checkpoint: signed.adding(cosignature.line))
    #expect(example.contains(NoteKey(name: origin, kind: .log, key: key.publicKey).verifierText))
    #expect(example.contains(NoteKey(name: witness, kind: .witness, key: witnessKey.publicKey).verifierText))
    #expect(example.contains("```\n\(proof)```"))
  }
}
