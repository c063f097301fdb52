import struct Crypto.SHA256
import Signing

/// SHA-256 (FIPS 180-4) of a message that comes in pieces, by swift-crypto, which uses the processor's instructions for it.
struct StreamingHash {
  private var state = SHA256()

  mutating func update(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBytes { unsafe state.update(bufferPointer: $0) }
  }

  func finish() throws -> Digest {
    guard let digest = Digest(bytes: Array(state.finalize())) else { throw WrongLength() }
    return digest
  }

  /// What swift-crypto calls SHA-256 was not 32 bytes long.
  private struct WrongLength: Error {}
}
