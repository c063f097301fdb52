import Attestations
import MerkleLog
import Signing
import Wire

/// The log of a plane whose key is in the hands of a test: as many entries as wanted, other ones from any point on, and signed heads of
/// every size.
package struct PretendLog: MerkleNodes {
  package let origin: EvidenceOrigin
  package private(set) var entries: [[UInt8]] = []
  private let key: SecretKey
  private var frontier = MerkleFrontier()
  private var roots: [Digest] = []
  private var nodes: [MerklePosition: Digest] = [:]

  /// - Parameters:
  ///   - fork: the entry from which on this log differs from the others of its plane.
  ///   - key: the plane's own unless told otherwise.
  package init(
    of plane: Role, in house: TestHouse, count: Int, differingFrom fork: Int = .max, signedBy key: SecretKey? = nil
  ) throws {
    origin = EvidenceOrigin(rootDigest: house.root.originDigest, plane: plane.rawValue + "-plane")
    self.key = try key ?? house.key(plane.rawValue + "-plane")
    for index in 0..<count { append(Array("entry \(index)\(index < fork ? "" : ", another")".utf8)) }
  }

  /// The log of a plane whose key somebody took, with whatever entries they want.
  package init(of origin: EvidenceOrigin, entries: [[UInt8]], signedBy key: SecretKey) {
    self.origin = origin
    self.key = key
    for entry in entries { append(entry) }
  }

  package var size: Int { frontier.size }

  private mutating func append(_ entry: [UInt8]) {
    let leaf = MerkleHash.leaf(entry)
    entries.append(entry)
    nodes[MerklePosition(level: 0, index: frontier.size)] = leaf
    frontier.append(leaf) { nodes[$0] = $1 }
    roots.append(frontier.root)
  }

  package func hash(at position: MerklePosition) throws -> Digest {
    guard let hash = nodes[position] else { throw Absent("log entry at \(position)") }
    return hash
  }

  package func checkpoint(_ size: Int) throws -> Checkpoint {
    guard let checkpoint = Checkpoint(origin: origin.description, size: size, root: roots[size - 1]) else {
      throw Absent("checkpoint of \(size) entries")
    }
    return checkpoint
  }

  /// The head that the log had with so many entries, signed.
  package func head(_ size: Int) throws -> VerifiedCheckpoint {
    try VerifiedCheckpoint(signing: checkpoint(size), with: key)
  }

  /// Such a head with a plane's cosignature.
  package func head(
    _ size: Int, cosignedBy witness: Role, in house: TestHouse, with key: SecretKey? = nil, time: Timestamp? = nil
  ) throws -> VerifiedCheckpoint {
    let name = EvidenceOrigin(rootDigest: house.root.originDigest, plane: witness.rawValue + "-plane").description
    let seconds = UInt64((time ?? TestHouse.epoch).microseconds / Timestamp.microsecondsPerSecond)
    let head = try head(size)
    return head.cosigned(
      try Cosignature(of: head, by: name, with: key ?? house.key(witness.rawValue + "-plane"), time: seconds))
  }
}

extension TestHouse {
  /// The root keys' word that a log is believed from a head on.
  package func reset(
    _ checkpoint: Checkpoint, at time: Timestamp = epoch, reason: String = "a test", by signers: [String] = ["root"]
  ) throws -> UnverifiedEnvelope {
    try LogReset(checkpoint: checkpoint, reason: reason, issuedAt: time).signed(by: signers.map { try key($0) })
  }
}
