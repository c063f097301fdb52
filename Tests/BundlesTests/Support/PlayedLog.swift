import MerkleLog
import Signing
import Wire

/// A plane's log in memory, which gives the proofs that a bundle holds.
struct PlayedLog: MerkleNodes {
  struct Missing: Error { let position: MerklePosition }

  let origin: String
  private(set) var entries: [[UInt8]] = []
  private var frontier = MerkleFrontier()
  private var nodes: [MerklePosition: Digest] = [:]

  init(of plane: String, rootDigest: Digest) {
    origin = EvidenceOrigin(rootDigest: rootDigest, plane: plane).description
  }

  /// Returns the index.
  @discardableResult
  mutating func append(
    _ event: EvidenceEvent, _ data: JSONObject = [:], about attestation: Digest? = nil, at time: Timestamp
  ) -> Int {
    append(EvidenceEntry(index: entries.count, time: time, event: event, data: data, attestation: attestation).bytes)
  }

  mutating func append(_ entry: [UInt8]) -> Int {
    let leaf = MerkleHash.leaf(entry)
    nodes[MerklePosition(level: 0, index: frontier.size)] = leaf
    frontier.append(leaf) { nodes[$0] = $1 }
    entries.append(entry)
    return entries.count - 1
  }

  func hash(at position: MerklePosition) throws -> Digest {
    guard let hash = nodes[position] else { throw Missing(position: position) }
    return hash
  }

  /// The checkpoint over all entries, signed and cosigned.
  ///
  /// - Parameter witnesses: each by the origin of its own log and the name of the key with which it signs.
  func checkpoint(
    as origin: String? = nil, signedBy key: String, witnesses: [(origin: String, key: String)], at time: Timestamp
  ) throws -> VerifiedCheckpoint {
    guard let head = Checkpoint(origin: origin ?? self.origin, size: entries.count, root: frontier.root) else {
      throw BadPaper("no checkpoint")
    }
    var checkpoint = try VerifiedCheckpoint(signing: head, with: PaperHouse.key(key))
    for (origin, key) in witnesses {
      let seconds = UInt64(time.microseconds / Timestamp.microsecondsPerSecond)
      checkpoint = checkpoint.adding(
        try Cosignature(of: checkpoint, by: origin, with: PaperHouse.key(key), time: seconds).line)
    }
    return checkpoint
  }

  func proof(of index: Int, under checkpoint: VerifiedCheckpoint) throws -> String {
    "\(TlogProof(try inclusionProof(of: index, size: entries.count), checkpoint: checkpoint))"
  }
}

struct BadPaper: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
