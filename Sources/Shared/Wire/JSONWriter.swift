import Signing

extension JSONValue {
  /// Compact JSON in UTF-8, members in their order: what is signed and stored.
  package func serialized() -> [UInt8] {
    var writer = JSONWriter()
    writer.write(self)
    return writer.bytes
  }

  /// The same as text, for people and pipes.
  package var jsonText: String { String(decoding: serialized(), as: UTF8.self) }
}

extension JSONObject {
  package func serialized() -> [UInt8] { JSONValue.object(self).serialized() }
}

struct JSONWriter {
  private(set) var bytes: [UInt8] = []

  mutating func write(_ value: JSONValue) {
    switch value {
    case .null: raw("null")
    case .bool(let flag): raw(flag ? "true" : "false")
    case .number(let number): raw(number.literal)
    case .string(let text): string(text)
    case .array(let items): array(items)
    case .object(let object): self.object(object)
    }
  }

  mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func array(_ items: [JSONValue]) {
    raw("[")
    for (index, item) in items.enumerated() {
      if index > 0 { raw(",") }
      write(item)
    }
    raw("]")
  }

  private mutating func object(_ object: JSONObject) {
    raw("{")
    for (index, member) in object.members.enumerated() {
      if index > 0 { raw(",") }
      string(member.key)
      raw(":")
      write(member.value)
    }
    raw("}")
  }

  /// A further member of an object, its value a text or null.
  mutating func member(_ key: String, _ text: String?) {
    raw(",")
    string(key)
    raw(":")
    if let text { string(text) } else { raw("null") }
  }

  /// Bytes as a base64 string, which needs no escape.
  mutating func base64(_ data: [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    Base64.append(data, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Runs without escapes are copied as one piece.
  mutating func string(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { utf8 in
      var start = 0
      for index in 0..<utf8.count {
        guard let escape = unsafe JSONEscape.sequence(utf8[index]) else { continue }
        unsafe bytes.append(contentsOf: utf8[start..<index])
        bytes.append(contentsOf: escape)
        start = index + 1
      }
      unsafe bytes.append(contentsOf: utf8[start...])
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

/// The escapes that every JSON writer of this project uses for control characters.
package enum JSONEscape {
  /// What stands for `byte` inside a string; nil when it stands for itself.
  static func sequence(_ byte: UInt8) -> [UInt8]? {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): [UInt8(ascii: "\\"), byte]
    case 0x00..<0x20: control(byte)
    default: nil
    }
  }

  package static func control(_ byte: UInt8) -> [UInt8] {
    switch byte {
    case 0x08: Array("\\b".utf8)
    case 0x09: Array("\\t".utf8)
    case 0x0A: Array("\\n".utf8)
    case 0x0C: Array("\\f".utf8)
    case 0x0D: Array("\\r".utf8)
    default: Array("\\u00\(Hex.encode([byte]))".utf8)
    }
  }
}
