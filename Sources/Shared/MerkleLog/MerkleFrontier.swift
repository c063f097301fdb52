import Signing

/// All that a growing log needs to know of its past to compute its next root: the hashes of the complete subtrees that the
/// entries so far fall into, largest first, one for each one-bit of their number.
package struct MerkleFrontier: Sendable, Equatable {
  package private(set) var size = 0
  package private(set) var hashes: [Digest] = []

  package init() {}

  /// Takes back a frontier that was kept. Nil when the number of hashes is not that of the one-bits of `size`.
  package init?(size: Int, hashes: [Digest]) {
    guard (0...Checkpoint.maximumSize).contains(size), hashes.count == size.nonzeroBitCount else { return nil }
    self.size = size
    self.hashes = hashes
  }

  /// Takes the hash of the next leaf.
  package mutating func append(_ leaf: Digest) { append(leaf) { _, _ in } }

  /// Takes the hash of the next leaf, and tells of every larger subtree that it completes, smallest first.
  package mutating func append(_ leaf: Digest, completed: (MerklePosition, Digest) throws -> Void) rethrows {
    var (position, hash) = (MerklePosition(level: 0, index: size), leaf)
    while position.isRight, let left = hashes.popLast() {
      (position, hash) = (position.parent, MerkleHash.node(left, hash))
      try completed(position, hash)
    }
    hashes.append(hash)
    size += 1
  }

  /// The Merkle tree hash over all entries so far.
  package var root: Digest {
    guard var root = hashes.last else { return MerkleHash.empty }
    for left in hashes.dropLast().reversed() { root = MerkleHash.node(left, root) }
    return root
  }
}

/// Names a complete subtree: of 2^level leaves, the index-th from the left of its size.
package struct MerklePosition: Hashable, Sendable {
  package let level: Int
  package let index: Int

  package init(level: Int, index: Int) {
    self.level = level
    self.index = index
  }

  var isRight: Bool { index & 1 == 1 }
  var parent: MerklePosition { MerklePosition(level: level + 1, index: index >> 1) }
}
