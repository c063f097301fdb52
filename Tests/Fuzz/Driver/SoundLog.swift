import Attestations
import FuzzProperties
import MerkleLog
import PlaneContract
import Signing
import Wire

/// The log of the house's training plane: three entries, its head as governance has cosigned it, and what is said about it.
struct SoundLog {
  private let house: FuzzHouse
  private let entries: [[UInt8]]
  private let tree: Tree
  let head: VerifiedCheckpoint

  init(_ house: FuzzHouse) throws {
    self.house = house
    let written: [(EvidenceEvent, JSONObject, Digest?)] = [
      (.planeStarted, ["version": "0.1.0", "trust_root_version": 1], nil),
      (.trainingCompleted, ["model_id": "org/iris"], Digest(hashing: [1])),
      (.requestRefused, ["principal": "ci", "reason": "line\nquote\""], nil),
    ]
    entries = written.enumerated().map { index, entry in
      EvidenceEntry(index: index, time: FuzzHouse.now, event: entry.0, data: entry.1, attestation: entry.2).bytes
    }
    tree = Tree(entries)
    head = try Self.head(of: tree, in: house)
  }

  private static func head(of tree: Tree, in house: FuzzHouse) throws -> VerifiedCheckpoint {
    let origin = EvidenceOrigin(rootDigest: house.root.originDigest, plane: "training-plane").description
    guard let checkpoint = Checkpoint(origin: origin, size: tree.size, root: try tree.root(size: tree.size)) else {
      throw ProofError.wrongLength
    }
    let signed = try VerifiedCheckpoint(signing: checkpoint, with: house.key("training-plane"))
    let witness = EvidenceOrigin(rootDigest: house.root.originDigest, plane: "governance-plane").description
    return signed.cosigned(
      try Cosignature(of: signed, by: witness, with: house.key("governance-plane"), time: 1_795_348_800))
  }

  var resets: [String: [UInt8]] {
    let reset = LogReset(checkpoint: head.checkpoint, reason: "restored \"on Monday\"", issuedAt: FuzzHouse.now)
    return ["training": reset.json.serialized()]
  }

  var notes: [String: [UInt8]] {
    let other = UnverifiedNote(text: "no checkpoint\n\nat all\n", lines: head.note.lines)
    return ["head": Array(head.note.description.utf8), "other": Array(other.description.utf8)]
  }

  func proofs() throws -> [String: [UInt8]] {
    try entries.indices.reduce(into: [:]) { proofs, index in
      let proof = TlogProof(try tree.inclusionProof(of: index, size: tree.size), checkpoint: head)
      proofs["\(index)"] = Array(proof.description.utf8)
    }
  }

  var leaves: [String: [UInt8]] {
    entries.enumerated().reduce(into: [:]) { $0["\($1.offset)"] = $1.element }
  }

  /// As training shows it to governance.
  func publication() throws -> CheckpointPublication {
    CheckpointPublication(
      checkpoint: head.note, consistency: try tree.consistencyProof(from: 1, to: tree.size), cosigned: head.note)
  }

  var receipt: CheckpointReceipt { CheckpointReceipt(cosignature: head.note.lines.last, size: tree.size) }
}

/// All complete subtrees of a small log.
private struct Tree: MerkleNodes {
  private var nodes: [MerklePosition: Digest] = [:]
  private(set) var size = 0

  init(_ entries: [[UInt8]]) {
    var (frontier, nodes) = (MerkleFrontier(), [MerklePosition: Digest]())
    for (index, entry) in entries.enumerated() {
      let leaf = MerkleHash.leaf(entry)
      nodes[MerklePosition(level: 0, index: index)] = leaf
      frontier.append(leaf) { nodes[$0] = $1 }
    }
    (self.nodes, size) = (nodes, frontier.size)
  }

  func hash(at position: MerklePosition) throws -> Digest {
    guard let hash = nodes[position] else { throw ProofError.wrongLength }
    return hash
  }
}
