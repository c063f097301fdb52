import Signing

/// The hashes of RFC 6962 section 2.1: leaves and inner nodes are told apart by their first byte, so that no entry can be shown
/// as a subtree.
package enum MerkleHash {
  private static let leafPrefix: [UInt8] = [0]
  private static let nodePrefix: [UInt8] = [1]

  /// The root of a log without entries.
  package static let empty = Digest(hashing: [])

  /// Takes the exact bytes of an entry.
  package static func leaf(_ entry: [UInt8]) -> Digest {
    var digest = RunningDigest()
    digest.update(leafPrefix)
    digest.update(entry)
    return digest.finish()
  }

  package static func node(_ left: Digest, _ right: Digest) -> Digest {
    var bytes = nodePrefix
    bytes.reserveCapacity(1 + 2 * Digest.byteCount)
    bytes += left.bytes
    bytes += right.bytes
    return Digest(hashing: bytes)
  }
}
