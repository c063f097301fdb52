import CSodium

/// SHA-256 (FIPS 180-4) of a message that comes in pieces and need not be held. Weights are hashed by WeightsDigest, which is faster.
package struct RunningDigest {
  private var state = crypto_hash_sha256_state()

  package init() { _ = unsafe crypto_hash_sha256_init(&state) }

  package mutating func update(_ bytes: [UInt8]) {
    _ = unsafe crypto_hash_sha256_update(&state, bytes, UInt64(bytes.count))
  }

  /// Call once, last.
  package consuming func finish() -> Digest {
    var hash = [UInt8](repeating: 0, count: Digest.byteCount)
    _ = unsafe crypto_hash_sha256_final(&state, &hash)
    return Digest(sha256: hash)
  }
}
