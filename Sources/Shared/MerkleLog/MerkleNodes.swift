import Signing

/// Where the hashes of a log's complete subtrees come from. Proofs need about as many of them as the log's size has bits.
package protocol MerkleNodes {
  /// The hash of a complete subtree. Throws when it is not there.
  func hash(at position: MerklePosition) throws -> Digest
}

extension MerkleNodes {
  /// The root over the first `size` entries.
  package func root(size: Int) throws -> Digest {
    try size == 0 ? MerkleHash.empty : hash(of: MerkleRange(0, size))
  }

  /// What a log of `size` entries needs to go on.
  package func frontier(size: Int) throws -> MerkleFrontier? {
    var (hashes, start): ([Digest], Int) = ([], 0)
    for level in stride(from: Int.bitWidth - 2, through: 0, by: -1) where size & (1 << level) != 0 {
      hashes.append(try hash(at: MerklePosition(level: level, index: start >> level)))
      start += 1 << level
    }
    return MerkleFrontier(size: size, hashes: hashes)
  }

  /// That the entry `index` is in the log of `size` entries (RFC 6962 section 2.1.1). Throws `ProofError` when there is none such.
  package func inclusionProof(of index: Int, size: Int) throws -> InclusionProof {
    guard index >= 0, index < size else { throw ProofError.outside(index: index, size: size) }
    return InclusionProof(index: index, size: size, hashes: try path(to: index, in: MerkleRange(0, size)))
  }

  /// That the log of `newSize` entries begins with those of the log of `oldSize` (RFC 6962 section 2.1.2); empty for equal
  /// sizes and from an empty log. Throws `ProofError` when the log would have shrunk.
  package func consistencyProof(from oldSize: Int, to newSize: Int) throws -> ConsistencyProof {
    guard oldSize >= 0, oldSize <= newSize else { throw ProofError.shrunk(from: oldSize, to: newSize) }
    let isPlain = oldSize == 0 || oldSize == newSize
    let hashes = isPlain ? [] : try subproof(oldSize, MerkleRange(0, newSize), isKnown: true)
    return ConsistencyProof(oldSize: oldSize, newSize: newSize, hashes: hashes)
  }

  private func path(to index: Int, in range: MerkleRange) throws -> [Digest] {
    guard let (left, right) = range.split else { return [] }
    return index < right.start
      ? try path(to: index, in: left) + [hash(of: right)] : try path(to: index, in: right) + [hash(of: left)]
  }

  /// - Parameter isKnown: whether the old log's root is that of this range, so that its verifier has the hash already.
  private func subproof(_ oldSize: Int, _ range: MerkleRange, isKnown: Bool) throws -> [Digest] {
    guard oldSize != range.end, let (left, right) = range.split else { return isKnown ? [] : [try hash(of: range)] }
    return oldSize <= right.start
      ? try subproof(oldSize, left, isKnown: isKnown) + [hash(of: right)]
      : try subproof(oldSize, right, isKnown: false) + [hash(of: left)]
  }

  private func hash(of range: MerkleRange) throws -> Digest {
    if let position = range.position { return try hash(at: position) }
    guard let (left, right) = range.split else { return MerkleHash.empty }
    return MerkleHash.node(try hash(of: left), try hash(of: right))
  }
}

/// Entries `start..<end`, as RFC 6962 cuts a log: at the largest power of two below the length.
private struct MerkleRange {
  let start: Int
  let end: Int

  init(_ start: Int, _ end: Int) {
    self.start = start
    self.end = end
  }

  private var count: Int { end - start }

  /// Set for a complete subtree, whose start is a multiple of its length.
  var position: MerklePosition? {
    guard count.nonzeroBitCount == 1 else { return nil }
    return MerklePosition(level: count.trailingZeroBitCount, index: start >> count.trailingZeroBitCount)
  }

  /// Nil for a single leaf.
  var split: (MerkleRange, MerkleRange)? {
    guard count > 1 else { return nil }
    let middle = start + (1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount))
    return (MerkleRange(start, middle), MerkleRange(middle, end))
  }
}
