import Signing

extension SecretKey {
  /// The key whose 32 seed bytes are all `byte`.
  static func seeded(_ byte: UInt8) throws -> SecretKey {
    var seed = [UInt8](repeating: byte, count: seedByteCount)
    return try SecretKey(seed: &seed)
  }
}
