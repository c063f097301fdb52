import Signing

extension InclusionProof {
  /// The log as it was before this entry: the hashes on the left of its path are those of the complete subtrees that the earlier
  /// entries fall into. As believable as the proof; nil when one of them is missing.
  package var past: MerkleFrontier? {
    guard index >= 0, index < size else { return nil }
    var (position, last, left) = (index, size - 1, [Digest]())
    for hash in hashes {
      if position & 1 == 1 || position == last {
        left.append(hash)
        while position & 1 == 0, position > 0 { (position, last) = (position >> 1, last >> 1) }
      }
      (position, last) = (position >> 1, last >> 1)
    }
    return MerkleFrontier(size: index, hashes: left.reversed())
  }
}
