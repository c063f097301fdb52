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

/// Something that writes itself as one JSON value, straight into the bytes: for what is written too often for a tree.
package protocol JSONWritable: Sendable {
  func write(to writer: inout JSONWriter)
}

extension JSONWritable {
  /// The same as a tree, for where it is not written often.
  package func tree() throws(JSONSyntaxError) -> JSONValue {
    var writer = JSONWriter()
    write(to: &writer)
    return try StrictJSON.parse(writer.bytes)
  }
}

extension JSONValue: JSONWritable {
  package func write(to writer: inout JSONWriter) { writer.write(self) }
}

extension JSONObject: JSONWritable {
  package func write(to writer: inout JSONWriter) { writer.write(self) }
}

/// Writes compact JSON into one growing array of bytes.
package struct JSONWriter {
  package private(set) var bytes: [UInt8] = []

  /// Takes how many bytes to make room for at first.
  package init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  mutating func write(_ value: JSONValue) {
    switch value {
    case .null: raw("null")
    case .bool(let flag): write(flag)
    case .number(let number): bytes.append(contentsOf: number.literal.utf8)
    case .string(let text): string(text)
    case .array(let items): array(items)
    case .object(let object): write(object)
    }
  }

  mutating func write(_ object: JSONObject) {
    raw("{")
    for (index, member) in object.members.enumerated() {
      if index > 0 { raw(",") }
      string(member.key)
      raw(":")
      write(member.value)
    }
    raw("}")
  }

  private mutating func array(_ items: [JSONValue]) {
    raw("[")
    for (index, item) in items.enumerated() {
      if index > 0 { raw(",") }
      write(item)
    }
    raw("]")
  }

  package mutating func write(_ flag: Bool) { raw(flag ? "true" : "false") }

  /// Punctuation, keys and whatever else is fixed and right as it stands.
  package mutating func raw(_ text: StaticString) {
    text.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
  }

  /// A value that was written before.
  package mutating func written(_ json: [UInt8]) { bytes.append(contentsOf: json) }

  /// Text or null, after a fixed piece that ends with its key and colon.
  package mutating func member(_ key: StaticString, _ text: String?) {
    raw(key)
    if let text { string(text) } else { raw("null") }
  }

  /// A digest in the wire's form, or null.
  package mutating func member(_ key: StaticString, _ digest: Digest?) {
    raw(key)
    guard let digest else { return raw("null") }
    raw("\"sha256:")
    Hex.append(digest.bytes, to: &bytes)
    raw("\"")
  }

  /// 64 hex digits without a prefix.
  package mutating func member(_ key: StaticString, hex digest: Digest) {
    raw(key)
    raw("\"")
    Hex.append(digest.bytes, to: &bytes)
    raw("\"")
  }

  /// Bytes as a base64 string, which needs no escape.
  mutating func base64(_ key: StaticString, _ data: [UInt8]) {
    raw(key)
    raw("\"")
    Base64.append(data, to: &bytes)
    raw("\"")
  }

  /// Runs without escapes are copied as one piece.
  package mutating func string(_ text: String) {
    raw("\"")
    var text = text
    text.withUTF8 { utf8 in
      var start = 0
      for index in utf8.indices where unsafe JSONEscape.isNeeded(utf8[index]) {
        unsafe bytes.append(contentsOf: utf8[start..<index])
        unsafe bytes.append(contentsOf: JSONEscape.sequence(utf8[index]))
        start = index + 1
      }
      unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start...]))
    }
    raw("\"")
  }
}

/// The escapes that every JSON writer of this project uses for control characters.
package enum JSONEscape {
  /// Whether `byte` cannot stand for itself inside a string.
  static func isNeeded(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  static func sequence(_ byte: UInt8) -> [UInt8] { byte < 0x20 ? control(byte) : [UInt8(ascii: "\\"), byte] }

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
