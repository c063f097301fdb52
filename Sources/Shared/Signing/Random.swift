import CSodium

/// Unpredictable identifiers from the operating system's random source.
package enum Random {
  /// `count` random bytes as lowercase hex.
  package static func hex(bytes count: Int) -> String {
    var bytes = [UInt8](repeating: 0, count: count)
    _ = Sodium.isReady
    unsafe randombytes_buf(&bytes, count)
    return Hex.encode(bytes)
  }
}
