import CSodium

/// BLAKE2b-512 (RFC 7693) of a message that comes in pieces. For files that upstream's papers name by it; what this project decides
/// rests on SHA-256.
@safe package final class BLAKE2b {
  /// libsodium wants its state on a boundary of 64 bytes, which no Swift value promises.
  private let state: UnsafeMutableRawPointer
  private static let outputByteCount = 64

  package init() {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: crypto_generichash_statebytes(), alignment: 64)
    unsafe state = memory
    _ = unsafe crypto_generichash_blake2b_init(OpaquePointer(memory), nil, 0, Self.outputByteCount)
  }

  deinit { unsafe state.deallocate() }

  package func update(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBytes { piece in
      _ = unsafe crypto_generichash_blake2b_update(
        OpaquePointer(state), piece.bindMemory(to: UInt8.self).baseAddress, UInt64(piece.count))
    }
  }

  /// The 64 bytes; call once, last.
  package func finish() -> [UInt8] {
    var hash = [UInt8](repeating: 0, count: Self.outputByteCount)
    _ = unsafe crypto_generichash_blake2b_final(OpaquePointer(state), &hash, hash.count)
    return hash
  }
}
