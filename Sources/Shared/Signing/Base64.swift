/// Base64 of RFC 4648: emitted in the standard alphabet with padding, accepted in either alphabet as DSSE asks.
package enum Base64 {
  private static let alphabet = [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// The two characters of every 12 bits, the first in the high byte.
  private static let pairs: [UInt16] = (0..<4096).map {
    UInt16(alphabet[$0 >> 6]) << 8 | UInt16(alphabet[$0 & 63])
  }

  /// What each character stands for: its value in the low six bits, and in the high two whether it is of the standard alphabet alone,
  /// of the URL-safe one alone, or, with both, of none. So a text in which both bits were seen is no base64.
  private static let entries: [UInt8] = {
    var table = [UInt8](repeating: neither, count: 256)
    for (value, character) in alphabet.enumerated() { table[Int(character)] = UInt8(value) }
    table[Int(UInt8(ascii: "+"))] |= standardOnly
    table[Int(UInt8(ascii: "/"))] |= standardOnly
    table[Int(UInt8(ascii: "-"))] = urlSafeOnly | 62
    table[Int(UInt8(ascii: "_"))] = urlSafeOnly | 63
    return table
  }()

  private static let standardOnly: UInt8 = 0b0100_0000
  private static let urlSafeOnly: UInt8 = 0b1000_0000
  private static let neither = standardOnly | urlSafeOnly

  // Of arrays, not of any collection: every reply passes here, and generic code is not specialised across modules.
  package static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    append(bytes, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Appends the text of `bytes` to a document that is being written.
  package static func append(_ bytes: [UInt8], to text: inout [UInt8]) {
    let (bytes, alphabet, pairs) = (bytes.span, alphabet.span, pairs.span)
    text.append(addingCapacity: (bytes.count + 2) / 3 * 4) { text in
      var index = 0
      while index + 2 < bytes.count {
        let group = Int(bytes[index]) << 16 | Int(bytes[index + 1]) << 8 | Int(bytes[index + 2])
        let (first, second) = (pairs[group >> 12], pairs[group & 4095])
        text.append(UInt8(truncatingIfNeeded: first >> 8))
        text.append(UInt8(truncatingIfNeeded: first))
        text.append(UInt8(truncatingIfNeeded: second >> 8))
        text.append(UInt8(truncatingIfNeeded: second))
        index += 3
      }
      guard index < bytes.count else { return }
      let hasTwo = index + 1 < bytes.count
      let group = Int(bytes[index]) << 16 | (hasTwo ? Int(bytes[index + 1]) << 8 : 0)
      text.append(alphabet[group >> 18])
      text.append(alphabet[group >> 12 & 63])
      text.append(hasTwo ? alphabet[group >> 6 & 63] : UInt8(ascii: "="))
      text.append(UInt8(ascii: "="))
    }
  }

  /// The bytes that `text` spells: one alphabet in a string, padding optional but right when present, unused bits zero.
  /// Returns nil for anything else, so that two texts which differ never mean the same bytes within one alphabet and padding.
  package static func decode(_ text: String) -> [UInt8]? { decode(Array(text.utf8)[...]) }

  /// The same of text that stands inside a document.
  package static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    guard let text = withoutPadding(text) else { return nil }
    let (characters, entries) = (text.span, entries.span)
    var bytes: [UInt8] = []
    var (buffer, bits, seen) = (UInt32(0), UInt32(0), UInt8(0))
    bytes.append(addingCapacity: characters.count * 3 / 4) { bytes in
      for index in characters.indices {
        let entry = entries[Int(characters[index])]
        seen |= entry
        buffer = buffer << 6 | UInt32(entry & 63)
        bits += 6
        guard bits >= 8 else { continue }
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: buffer >> bits))
      }
    }
    let unusedBitsAreZero = buffer & (1 << bits - 1) == 0
    return unusedBitsAreZero && seen & neither != neither ? bytes : nil
  }

  /// Nil when there is too much padding, or a length that no bytes have.
  private static func withoutPadding(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    var stripped = text
    while stripped.last == UInt8(ascii: "=") { stripped.removeLast() }
    let padding = text.count - stripped.count
    guard stripped.count % 4 != 1 else { return nil }
    return padding == 0 || (padding <= 2 && text.count.isMultiple(of: 4)) ? stripped : nil
  }
}
