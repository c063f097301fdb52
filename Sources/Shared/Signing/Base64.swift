/// Base64 of RFC 4648: emitted in the standard alphabet with padding, accepted in either alphabet as DSSE asks.
package enum Base64 {
  private static let alphabet = [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// Value of each character: 0 to 63, 64 and up for what needs a second look.
  private static let values: [UInt8] = {
    var table = [UInt8](repeating: 255, count: 256)
    for (value, character) in alphabet.enumerated() { table[Int(character)] = UInt8(value) }
    table[Int(UInt8(ascii: "-"))] = 64 + 62
    table[Int(UInt8(ascii: "_"))] = 64 + 63
    return table
  }()

  // Of arrays, not of any collection: every reply passes here, and generic code is not specialised across modules.
  package static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    append(bytes, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Appends the text of `bytes` to a document that is being written.
  package static func append(_ bytes: [UInt8], to text: inout [UInt8]) {
    text.reserveCapacity(text.count + (bytes.count + 2) / 3 * 4)
    let whole = bytes.count / 3 * 3
    for index in stride(from: 0, to: whole, by: 3) {
      appendGroup(UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2]), 4, to: &text)
    }
    guard whole < bytes.count else { return }
    let second = whole + 1 < bytes.count ? UInt32(bytes[whole + 1]) << 8 : 0
    appendGroup(UInt32(bytes[whole]) << 16 | second, bytes.count - whole + 1, to: &text)
    for _ in bytes.count - whole..<3 { text.append(UInt8(ascii: "=")) }
  }

  /// The first `count` of the four characters that stand for 24 bits.
  private static func appendGroup(_ group: UInt32, _ count: Int, to text: inout [UInt8]) {
    for position in 0..<count { text.append(alphabet[Int(group >> UInt32(18 - 6 * position)) & 63]) }
  }

  /// The bytes that `text` spells: one alphabet in a string, padding optional but right when present, unused bits zero.
  /// Returns nil for anything else, so that two texts which differ never mean the same bytes within one alphabet and padding.
  package static func decode(_ text: String) -> [UInt8]? {
    var characters = Array(text.utf8)
    guard stripPadding(&characters) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(characters.count * 3 / 4)
    var buffer: UInt32 = 0
    var bits = 0
    var sawStandard = false
    var sawURLSafe = false
    for character in characters {
      let entry = values[Int(character)]
      guard entry != 255 else { return nil }
      if entry >= 64 { sawURLSafe = true } else if entry >= 62 { sawStandard = true }
      buffer = buffer << 6 | UInt32(entry & 63)
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
      }
    }
    let unusedBitsAreZero = buffer & (1 << UInt32(bits) - 1) == 0
    return unusedBitsAreZero && !(sawStandard && sawURLSafe) ? bytes : nil
  }

  /// Removes `=` from the end; false when there is too much of it or a length that no bytes have.
  private static func stripPadding(_ characters: inout [UInt8]) -> Bool {
    let padded = characters.count
    while characters.last == UInt8(ascii: "=") { characters.removeLast() }
    let padding = padded - characters.count
    guard characters.count % 4 != 1 else { return false }
    return padding == 0 || (padding <= 2 && padded.isMultiple(of: 4))
  }
}
