import Signing

extension Signature {
  /// The same signature with the group's order added to S: what RFC 8032 forbids (section 5.1.7), and a verifier without that
  /// check takes for a second signature. Nil when the sum has no 32 bytes.
  package var plusGroupOrder: Signature? {
    var sum = bytes
    var carry = 0
    for (index, byte) in Self.groupOrder.enumerated() {
      let total = Int(sum[32 + index]) + Int(byte) + carry
      sum[32 + index] = UInt8(total & 255)
      carry = total >> 8
    }
    return carry == 0 ? Signature(bytes: sum) : nil
  }

  /// L of edwards25519, little-endian.
  private static let groupOrder: [UInt8] =
    [0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14]
    + [UInt8](repeating: 0, count: 15) + [0x10]
}
