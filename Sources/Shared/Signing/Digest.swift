import CSodium

/// A SHA-256 digest: 32 bytes, written `sha256:` and 64 lowercase hex digits.
package struct Digest: Hashable, Sendable, Comparable, CustomStringConvertible {
  package static let byteCount = 32
  private static let prefix = "sha256:"

  package let bytes: [UInt8]

  /// Takes exactly 32 bytes.
  package init?(bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    self.bytes = bytes
  }

  /// Takes what a hash function of 32 bytes has just written.
  init(sha256 bytes: [UInt8]) { self.bytes = bytes }

  /// Reads `sha256:` and 64 lowercase hex digits, the form of the wire.
  package init?(_ text: String) {
    guard text.utf8.starts(with: Self.prefix.utf8) else { return nil }
    self.init(hex: String(text.dropFirst(Self.prefix.count)))
  }

  /// Reads 64 lowercase hex digits without a prefix.
  package init?(hex: String) {
    guard hex.utf8.count == 2 * Self.byteCount, let bytes = Hex.decode(hex) else { return nil }
    self.bytes = bytes
  }

  /// Reads what people and jobs write: the wire's form, or a bare 64-hex digest.
  package init?(loose text: String) {
    guard let digest = Digest(text) ?? Digest(hex: text) else { return nil }
    self = digest
  }

  /// The SHA-256 of a message held in memory (FIPS 180-4). Weights are hashed by WeightsDigest, which is faster on long input.
  package init(hashing message: [UInt8]) {
    var hash = [UInt8](repeating: 0, count: Self.byteCount)
    _ = unsafe crypto_hash_sha256(&hash, message, UInt64(message.count))
    bytes = hash
  }

  package var hex: String { Hex.encode(bytes) }
  package var description: String { Self.prefix + hex }

  package static func < (left: Digest, right: Digest) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }
}
