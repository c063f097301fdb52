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
  /// `heads[n]` is the head over the first n digests, as far as they have been computed.
  private var heads = [Self.seed]

  package init(_ revocations: some Sequence<Digest> = []) { digests = Set(revocations).sorted() }

  package var count: Int { digests.count }

  /// Hashes what has not been hashed yet; `settle` before keeps that for later questions.
  package var head: Digest { unhashed.reduce(heads.last ?? Self.seed, Self.link) }

  /// Computes the head, and keeps how it came about.
  package mutating func settle() {
    for digest in unhashed { heads.append(Self.link(heads.last ?? Self.seed, digest)) }
  }

  /// Adds a revocation; one that is there changes nothing. What comes after it has to be hashed again, when somebody asks.
  package mutating func insert(_ revocation: Digest) {
    let place = insertionIndex(of: revocation)
    guard place == digests.endIndex || digests[place] != revocation else { return }
    digests.insert(revocation, at: place)
    if heads.count > place + 1 { heads.removeSubrange((place + 1)...) }
  }

  private var unhashed: ArraySlice<Digest> { digests[(heads.count - 1)...] }

  private static func link(_ head: Digest, _ revocation: Digest) -> Digest {
    Digest(hashing: head.bytes + revocation.bytes)
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
