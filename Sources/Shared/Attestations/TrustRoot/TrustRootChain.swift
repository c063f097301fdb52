import Signing
import Wire

/// The walk from the pinned version 1 to the newest: each version is proved by the one before (DESIGN section 4). Pure; whoever reads
/// files or rows hands in one envelope after the other.
package struct TrustRootChain: Sendable {
  package static let maximumVersions = 1024
  /// Of all envelopes together.
  package static let maximumByteCount = 64 << 20

  package private(set) var latest: VerifiedTrustRoot
  private var byteCount: Int

  /// - Throws: `TrustRootError` when `first` is not the pinned version 1 or breaks a rule.
  package init(_ first: UnverifiedEnvelope, pinned: Digest) throws(TrustRootError) {
    latest = try VerifiedTrustRoot.verify(first, pinned: pinned)
    byteCount = first.payload.count
  }

  /// Takes the next version, signed by the thresholds of the latest and of itself.
  ///
  /// - Throws: `TrustRootError`; the chain is then what it was.
  package mutating func append(_ envelope: UnverifiedEnvelope) throws(TrustRootError) {
    guard latest.version < Self.maximumVersions else {
      throw .rule(latest.version + 1, "a trust root has at most \(Self.maximumVersions) versions; begin a new one")
    }
    guard byteCount + envelope.payload.count <= Self.maximumByteCount else {
      throw .rule(latest.version + 1, "all versions together are longer than \(Self.maximumByteCount) bytes")
    }
    latest = try latest.successor(envelope)
    byteCount += envelope.payload.count
  }

  /// Whether `envelope` is the very root that stands here as `version`.
  ///
  /// - Throws: `conflict` when it is another.
  package func require(_ envelope: UnverifiedEnvelope, as version: Int) throws(TrustRootError) {
    let (found, known) = (envelope.payloadDigest, latest.digest(ofVersion: version))
    guard found == known else { throw .conflict(version, known: known, found: found) }
  }
}
