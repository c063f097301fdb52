/// The hash functions by which papers may name weights (UPSTREAM.md section 4). This project's own digests are SHA-256.
package enum HashAlgorithm: String, CaseIterable, Sendable {
  case sha256, sha384, sha512
  /// BLAKE2b with 64 bytes of output and no key (RFC 7693).
  case blake2b

  package var byteCount: Int {
    switch self {
    case .sha256: 32
    case .sha384: 48
    case .sha512, .blake2b: 64
    }
  }

  /// Whether `text` is how this function's digests are written: lowercase hex of the right length, nothing before it.
  package func writes(_ text: String) -> Bool {
    text.utf8.count == 2 * byteCount && Hex.decode(text) != nil
  }
}
