import CSodium

/// A secret that two parties share, in guarded memory as a `SecretKey` is. Whoever can check a code made with it can also make one,
/// so nothing in this project is decided by it; it is there for papers that upstream's HMAC attests.
@safe package final class SharedSecret: Sendable {
  package static let byteCounts = 1...4096

  private let count: Int
  private nonisolated(unsafe) let memory: UnsafeMutableRawPointer

  /// Takes 1 to 4096 bytes and wipes the caller's copy.
  package init(bytes: inout [UInt8]) throws(KeyError) {
    defer { unsafe sodium_memzero(&bytes, bytes.count) }
    guard Sodium.isReady, Self.byteCounts.contains(bytes.count) else {
      throw .malformed("a shared secret has \(Self.byteCounts.lowerBound) to \(Self.byteCounts.upperBound) bytes")
    }
    guard let memory = unsafe sodium_malloc(bytes.count) else {
      throw .unavailable("no guarded memory could be had for a secret")
    }
    unsafe memory.copyMemory(from: bytes, byteCount: bytes.count)
    unsafe sodium_mprotect_readonly(memory)
    unsafe self.memory = unsafe memory
    count = bytes.count
  }

  deinit { unsafe sodium_free(memory) }

  /// HMAC-SHA256 (RFC 2104) over `message`.
  func code(over message: [UInt8]) -> [UInt8] {
    var state = crypto_auth_hmacsha256_state()
    var code = [UInt8](repeating: 0, count: Int(crypto_auth_hmacsha256_BYTES))
    unsafe crypto_auth_hmacsha256_init(&state, memory.assumingMemoryBound(to: UInt8.self), count)
    unsafe crypto_auth_hmacsha256_update(&state, message, UInt64(message.count))
    unsafe crypto_auth_hmacsha256_final(&state, &code)
    unsafe sodium_memzero(&state, MemoryLayout<crypto_auth_hmacsha256_state>.size)
    return code
  }

  /// Compared in constant time.
  func verifies(_ code: [UInt8], over message: [UInt8]) -> Bool {
    let expected = self.code(over: message)
    guard code.count == expected.count else { return false }
    return unsafe sodium_memcmp(code, expected, expected.count) == 0
  }
}
