import CSodium

/// An Ed25519 public key (RFC 8032): 32 bytes. Equality is of bytes; nothing else identifies a signer.
package struct PublicKey: Hashable, Sendable, CustomStringConvertible {
  package static let byteCount = 32

  package let bytes: [UInt8]

  /// The DSSE `keyid`: lowercase hex SHA-256 of the raw key. A hint that decides nothing.
  package let keyID: String

  /// Takes 32 bytes that encode a point of the prime-order group; small-order and non-canonical encodings are refused here,
  /// and again by libsodium at every verification.
  package init?(bytes: [UInt8]) {
    guard bytes.count == Self.byteCount, Sodium.isReady, unsafe crypto_core_ed25519_is_valid_point(bytes) == 1 else {
      return nil
    }
    self.bytes = bytes
    keyID = Digest(hashing: bytes).hex
  }

  package init?(hex: String) {
    guard let bytes = Hex.decode(hex) else { return nil }
    self.init(bytes: bytes)
  }

  package var hex: String { Hex.encode(bytes) }
  package var description: String { "ed25519:\(hex.prefix(16))…" }

  package static func == (left: PublicKey, right: PublicKey) -> Bool { left.bytes == right.bytes }
  package func hash(into hasher: inout Hasher) { hasher.combine(bytes) }

  /// Whether `signature` is this key's over exactly `message`: strict verification, which refuses S ≥ L and small-order points.
  func verifies(_ signature: Signature, over message: [UInt8]) -> Bool {
    guard Sodium.isReady else { return false }
    return unsafe crypto_sign_verify_detached(signature.bytes, message, UInt64(message.count), bytes) == 0
  }
}

/// An Ed25519 signature: 64 bytes, of unknown worth until a key has verified it over a typed message.
package struct Signature: Hashable, Sendable {
  package static let byteCount = 64

  package let bytes: [UInt8]

  package init?(bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    self.bytes = bytes
  }

  package init?(hex: String) {
    guard let bytes = Hex.decode(hex) else { return nil }
    self.init(bytes: bytes)
  }

  package var hex: String { Hex.encode(bytes) }
}

/// libsodium must be initialised once before use; every entry point asks here.
enum Sodium {
  static let isReady = sodium_init() >= 0
}
