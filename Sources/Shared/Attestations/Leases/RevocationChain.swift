import Signing

/// A hash chain over the digests of revocations: two planes that name the same head hold the same revocations, and one that lacks or
/// hides any cannot name it (docs/formats.md has the bytes).
///
/// It runs over the digests in ascending order, not in the order in which a plane came to know them, so that two planes that learned
/// the same revocations at different doors agree without agreeing on an order (docs/decisions/0016-revocation-chain-order.md).
package struct RevocationChain: Sendable {
  /// The head of the empty chain: SHA-256 of a name that nothing else is hashed under.
  package static let seed = Digest(hashing: Array("nanda-revocation-chain-v1".utf8))

  /// Ascending, each once.
  private var digests: [Digest]
  /// `heads[n]` is the head over the first n digests.
  private var heads: [Digest]

  package init(_ revocations: some Sequence<Digest> = []) {
    digests = Set(revocations).sorted()
    heads = [Self.seed]
    extend()
  }

  package var count: Int { digests.count }
  package var head: Digest { heads.last ?? Self.seed }

  /// Adds a revocation; one that is there changes nothing. Hashes again what comes after it.
  package mutating func insert(_ revocation: Digest) {
    let place = insertionIndex(of: revocation)
    guard place == digests.endIndex || digests[place] != revocation else { return }
    digests.insert(revocation, at: place)
    heads.removeSubrange((place + 1)...)
    extend()
  }

  private mutating func extend() {
    var head = head
    for digest in digests[(heads.count - 1)...] {
      head = Digest(hashing: head.bytes + digest.bytes)
      heads.append(head)
    }
  }

  private func insertionIndex(of digest: Digest) -> Int {
    var (low, high) = (0, digests.count)
    while low < high {
      let middle = (low + high) / 2
      if digests[middle] < digest { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
