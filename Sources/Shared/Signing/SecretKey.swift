import CSodium

/// An Ed25519 secret key in guarded memory: locked against swapping, unreadable neighbours, zeroised when the last holder
/// lets go. It never leaves as bytes except into a PEM file of mode 0600.
@safe package final class SecretKey: Sendable {
  package static let seedByteCount = 32

  package let publicKey: PublicKey

  /// 64 bytes (seed, public key) from `sodium_malloc`, read-only after `init`.
  private nonisolated(unsafe) let memory: UnsafeMutableRawPointer

  /// A new key from the operating system's random source.
  package static func generate() throws(KeyError) -> SecretKey {
    var seed = [UInt8](repeating: 0, count: seedByteCount)
    guard Sodium.isReady else { throw .unavailable("libsodium could not be initialised") }
    unsafe randombytes_buf(&seed, seedByteCount)
    return try SecretKey(seed: &seed)
  }

  /// Takes a 32-byte RFC 8032 seed and wipes the caller's copy.
  package init(seed: inout [UInt8]) throws(KeyError) {
    defer { unsafe sodium_memzero(&seed, seed.count) }
    guard Sodium.isReady, seed.count == Self.seedByteCount else { throw .malformed("an Ed25519 seed has 32 bytes") }
    guard let memory = unsafe sodium_malloc(Int(crypto_sign_SECRETKEYBYTES)) else {
      throw .unavailable("no guarded memory could be had for a secret key")
    }
    var publicBytes = [UInt8](repeating: 0, count: PublicKey.byteCount)
    unsafe crypto_sign_seed_keypair(&publicBytes, memory.assumingMemoryBound(to: UInt8.self), seed)
    unsafe sodium_mprotect_readonly(memory)
    guard let publicKey = PublicKey(bytes: publicBytes) else {
      unsafe sodium_free(memory)
      throw .malformed("the seed gives no valid public key")
    }
    unsafe self.memory = unsafe memory
    self.publicKey = publicKey
  }

  deinit { unsafe sodium_free(memory) }

  /// Signs bytes whose type the caller has fixed; only the typed functions of this module call it.
  func sign(_ message: [UInt8]) -> Signature? {
    var signature = [UInt8](repeating: 0, count: Signature.byteCount)
    let key = unsafe memory.assumingMemoryBound(to: UInt8.self)
    guard unsafe crypto_sign_detached(&signature, nil, message, UInt64(message.count), key) == 0 else { return nil }
    return Signature(bytes: signature)
  }

  /// Lends the seed to `body` for writing a PEM file, and wipes the copy afterwards.
  func withSeed<Result>(_ body: ([UInt8]) throws -> Result) rethrows -> Result {
    var seed = unsafe [UInt8](UnsafeRawBufferPointer(start: memory, count: Self.seedByteCount))
    defer { unsafe sodium_memzero(&seed, seed.count) }
    return try body(seed)
  }
}

/// What was wrong with a key, in words for the person who has to mend it.
package enum KeyError: Error, CustomStringConvertible {
  case malformed(String)
  case unavailable(String)
  case file(path: String, problem: String)

  package var description: String {
    switch self {
    case .malformed(let problem), .unavailable(let problem): problem
    case .file(let path, let problem): "key file \(path): \(problem)"
    }
  }
}
