import Signing

/// That one entry stands at its index in a log. Unverified: it says nothing until `root(from:)` gives the root of a checkpoint that
/// was itself verified.
package struct InclusionProof: Sendable, Equatable {
  package let index: Int
  package let size: Int
  /// From the leaf's sibling up to the root's child.
  package let hashes: [Digest]

  package init(index: Int, size: Int, hashes: [Digest]) {
    self.index = index
    self.size = size
    self.hashes = hashes
  }

  /// The root that the log has if this proof is right for this leaf (RFC 9162 section 2.1.3.2). Throws `ProofError` when it has too
  /// many hashes or too few.
  package func root(from leaf: Digest) throws(ProofError) -> Digest {
    guard index >= 0, index < size else { throw .outside(index: index, size: size) }
    var (position, last, root) = (index, size - 1, leaf)
    for hash in hashes {
      guard last > 0 else { throw .wrongLength }
      if position & 1 == 1 || position == last {
        root = MerkleHash.node(hash, root)
        while position & 1 == 0, position > 0 { (position, last) = (position >> 1, last >> 1) }
      } else {
        root = MerkleHash.node(root, hash)
      }
      (position, last) = (position >> 1, last >> 1)
    }
    guard last == 0 else { throw .wrongLength }
    return root
  }
}

/// That a log only grew. Unverified: it says nothing until `check(from:to:)` accepts it for two roots that are known.
package struct ConsistencyProof: Sendable, Equatable {
  /// As a witness takes them (C2SP tlog-witness).
  package static let maximumHashes = 63

  package let oldSize: Int
  package let newSize: Int
  package let hashes: [Digest]

  package init(oldSize: Int, newSize: Int, hashes: [Digest]) {
    self.oldSize = oldSize
    self.newSize = newSize
    self.hashes = hashes
  }

  /// Throws `ProofError` unless the log with `newRoot` begins with the entries of the one with `oldRoot` (RFC 9162 section 2.1.4.2).
  package func check(from oldRoot: Digest, to newRoot: Digest) throws(ProofError) {
    guard oldSize >= 0, oldSize <= newSize else { throw .shrunk(from: oldSize, to: newSize) }
    if oldSize == newSize || oldSize == 0 {
      guard hashes.isEmpty else { throw .wrongLength }
      guard oldSize == newSize ? oldRoot == newRoot : oldRoot == MerkleHash.empty else { throw .anotherPast }
      return
    }
    let roots = try roots(startingFrom: oldRoot)
    guard roots.old == oldRoot, roots.new == newRoot else { throw .anotherPast }
  }

  /// Both roots as the proof has them.
  private func roots(startingFrom oldRoot: Digest) throws(ProofError) -> (old: Digest, new: Digest) {
    // A complete subtree is its own first hash, which the proof then leaves out.
    let path = oldSize.nonzeroBitCount == 1 ? [oldRoot] + hashes : hashes
    guard let first = path.first else { throw .wrongLength }
    let shift = (oldSize - 1 as Int).trailingOneBitCount
    var (position, last) = ((oldSize - 1) >> shift, (newSize - 1) >> shift)
    var (old, new) = (first, first)
    for hash in path.dropFirst() {
      guard last > 0 else { throw .wrongLength }
      if position & 1 == 1 || position == last {
        (old, new) = (MerkleHash.node(hash, old), MerkleHash.node(hash, new))
        while position & 1 == 0, position > 0 { (position, last) = (position >> 1, last >> 1) }
      } else {
        new = MerkleHash.node(new, hash)
      }
      (position, last) = (position >> 1, last >> 1)
    }
    guard last == 0 else { throw .wrongLength }
    return (old, new)
  }
}

extension Int {
  fileprivate var trailingOneBitCount: Int { (~self).trailingZeroBitCount }
}

/// Why a proof proves nothing.
package enum ProofError: Error, Equatable, CustomStringConvertible {
  case outside(index: Int, size: Int)
  case beyond(size: Int, of: Int)
  case shrunk(from: Int, to: Int)
  case wrongLength
  case anotherPast
  case anotherEntry

  package var description: String {
    switch self {
    case .outside(let index, let size): "there is no entry \(index) in a log of \(size)"
    case .beyond(let size, let entries): "there are no \(size) entries in a log of \(entries)"
    case .shrunk(let old, let new): "the log had \(old) entries and now has \(new): a log never shrinks"
    case .wrongLength: "the proof has too many hashes, or too few, for the size of the log"
    case .anotherPast:
      "the log does not begin with the entries that it had before: its past was changed, or it was forked"
    case .anotherEntry: "the proof is not of this entry in this log"
    }
  }
}
