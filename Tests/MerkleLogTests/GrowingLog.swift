import MerkleLog
import Signing

/// A log in memory whose nodes are kept as it grows, beside the definition of RFC 6962 written down once more.
struct GrowingLog: MerkleNodes {
  private(set) var frontier = MerkleFrontier()
  private var nodes: [MerklePosition: Digest] = [:]

  init(count: Int = 0) {
    for index in 0..<count { append(Self.entry(index)) }
  }

  static func entry(_ index: Int) -> [UInt8] { Array("entry \(index)".utf8) }

  mutating func append(_ entry: [UInt8]) {
    let leaf = MerkleHash.leaf(entry)
    nodes[MerklePosition(level: 0, index: frontier.size)] = leaf
    frontier.append(leaf) { nodes[$0] = $1 }
  }

  func hash(at position: MerklePosition) throws -> Digest {
    guard let hash = nodes[position] else { throw Missing(position: position) }
    return hash
  }

  struct Missing: Error { let position: MerklePosition }

  /// `MTH(D[n])`, word by word.
  static func root(of entries: [[UInt8]]) -> Digest {
    guard entries.count > 1 else { return entries.first.map { MerkleHash.leaf($0) } ?? Digest(hashing: []) }
    var half = 1
    while half * 2 < entries.count { half *= 2 }
    return MerkleHash.node(root(of: Array(entries[..<half])), root(of: Array(entries[half...])))
  }
}
