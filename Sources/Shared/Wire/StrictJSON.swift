/// Why bytes are not the JSON this project reads, and where.
package struct JSONSyntaxError: Error, Equatable, CustomStringConvertible {
  package let offset: Int
  package let problem: String
  package var description: String { "not strict JSON: \(problem) at byte \(offset)" }
}

/// Strict I-JSON (RFC 8259, RFC 7493), checked on the bytes: refuses duplicate keys, trailing commas, a byte order mark,
/// non-finite numbers, unpaired surrogates, U+0000, depth over 32, and whatever follows the value.
package enum StrictJSON {
  package static let maximumDepth = 32
  /// Values in one text; bounds the memory that a small text of many tiny values can take.
  package static let maximumValueCount = 1 << 17
  static let maximumNumberLength = 128

  package static func parse(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSONValue {
    var parser = StrictJSONParser(bytes: bytes)
    parser.skipSpace()
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.isAtEnd else { throw parser.error("something follows the value") }
    return value
  }
}

/// One pass over the bytes; nothing is decoded twice.
private struct StrictJSONParser {
  let bytes: [UInt8]
  var position = 0
  var valueCount = 0

  var isAtEnd: Bool { position == bytes.count }
  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  func error(_ problem: String) -> JSONSyntaxError { JSONSyntaxError(offset: position, problem: problem) }

  mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONValue {
    valueCount += 1
    guard valueCount <= StrictJSON.maximumValueCount else { throw error("too many values") }
    switch next {
    case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
    case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case UInt8(ascii: "-"), .some(0x30...0x39): return .number(try number())
    case nil: throw error("the text ends early")
    default: throw error("no value begins like this")
    }
  }

  mutating func literal(_ text: String, _ value: JSONValue) throws(JSONSyntaxError) -> JSONValue {
    guard bytes[position...].starts(with: text.utf8) else { throw error("expected \(text)") }
    position += text.utf8.count
    return value
  }

  mutating func consume(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }
}

// Containers.
extension StrictJSONParser {
  mutating func array(depth: Int) throws(JSONSyntaxError) -> [JSONValue] {
    try enter(depth)
    var items: [JSONValue] = []
    if consume(UInt8(ascii: "]")) { return items }
    while true {
      items.append(try value(depth: depth))
      skipSpace()
      if consume(UInt8(ascii: "]")) { return items }
      try comma()
    }
  }

  mutating func object(depth: Int) throws(JSONSyntaxError) -> JSONObject {
    try enter(depth)
    var members: [JSONObject.Member] = []
    var seen = SeenKeys()
    if consume(UInt8(ascii: "}")) { return JSONObject(members: members) }
    while true {
      guard next == UInt8(ascii: "\"") else { throw error("expected a key") }
      let keyPosition = position
      let key = try string()
      guard seen.insert(key, among: members) else {
        throw JSONSyntaxError(offset: keyPosition, problem: "a key stands twice in one object")
      }
      skipSpace()
      guard consume(UInt8(ascii: ":")) else { throw error("expected a colon") }
      skipSpace()
      members.append(JSONObject.Member(key: key, value: try value(depth: depth)))
      skipSpace()
      if consume(UInt8(ascii: "}")) { return JSONObject(members: members) }
      try comma()
    }
  }

  private mutating func enter(_ depth: Int) throws(JSONSyntaxError) {
    guard depth <= StrictJSON.maximumDepth else { throw error("nested deeper than \(StrictJSON.maximumDepth)") }
    position += 1
    skipSpace()
  }

  private mutating func comma() throws(JSONSyntaxError) {
    guard consume(UInt8(ascii: ",")) else { throw error("expected a comma or the end") }
    skipSpace()
  }
}

/// Finds a repeated key by bytes: by looking for small objects, by a set for large ones, so that no input makes it quadratic.
private struct SeenKeys {
  private static let linearLimit = 16
  private var set: Set<[UInt8]> = []

  mutating func insert(_ key: String, among members: [JSONObject.Member]) -> Bool {
    guard members.count >= Self.linearLimit else {
      return !members.contains { $0.key.utf8.elementsEqual(key.utf8) }
    }
    if set.isEmpty { for member in members { set.insert(Array(member.key.utf8)) } }
    return set.insert(Array(key.utf8)).inserted
  }
}

// Numbers and strings.
extension StrictJSONParser {
  mutating func number() throws(JSONSyntaxError) -> JSONNumber {
    let start = position
    _ = consume(UInt8(ascii: "-"))
    if !consume(UInt8(ascii: "0")) { try digits() }
    if consume(UInt8(ascii: ".")) { try digits() }
    if consume(UInt8(ascii: "e")) || consume(UInt8(ascii: "E")) {
      if !consume(UInt8(ascii: "+")) { _ = consume(UInt8(ascii: "-")) }
      try digits()
    }
    guard position - start <= StrictJSON.maximumNumberLength else { throw error("a number of too many digits") }
    let literal = String(decoding: bytes[start..<position], as: UTF8.self)
    guard let value = Double(literal), value.isFinite else {
      throw JSONSyntaxError(offset: start, problem: "a number beyond the range of a double")
    }
    return JSONNumber(checked: literal)
  }

  private mutating func digits() throws(JSONSyntaxError) {
    let start = position
    while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
    guard position > start else { throw error("expected a digit") }
  }

  mutating func string() throws(JSONSyntaxError) -> String {
    position += 1
    let start = position
    while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
    if next == UInt8(ascii: "\"") {
      defer { position += 1 }
      return try text(bytes[start..<position], at: start)
    }
    return try escapedString(from: start)
  }

  private mutating func escapedString(from start: Int) throws(JSONSyntaxError) -> String {
    var content = Array(bytes[start..<position])
    while let byte = next {
      guard byte >= 0x20 else { throw error("a control character inside a string") }
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return try text(content[...], at: start)
      case UInt8(ascii: "\\"): content.append(contentsOf: try escape())
      default: content.append(byte)
      }
    }
    throw error("a string without its end")
  }

  private func text(_ slice: ArraySlice<UInt8>, at offset: Int) throws(JSONSyntaxError) -> String {
    guard let text = String(validating: slice, as: UTF8.self) else {
      throw JSONSyntaxError(offset: offset, problem: "a string that is not UTF-8")
    }
    return text
  }

  private mutating func escape() throws(JSONSyntaxError) -> [UInt8] {
    guard let byte = next else { throw error("the text ends early") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"): return Array(String(Character(try unicodeEscape())).utf8)
    default: throw error("an unknown escape")
    }
  }

  private mutating func unicodeEscape() throws(JSONSyntaxError) -> Unicode.Scalar {
    let first = try fourHexDigits()
    guard first != 0 else { throw error("U+0000") }
    guard (0xD800...0xDFFF).contains(first) else {
      guard let scalar = Unicode.Scalar(first) else { throw error("no code point") }
      return scalar
    }
    guard first < 0xDC00, consume(UInt8(ascii: "\\")), consume(UInt8(ascii: "u")) else {
      throw error("an unpaired surrogate")
    }
    let second = try fourHexDigits()
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw error("an unpaired surrogate") }
    return scalar
  }

  private mutating func fourHexDigits() throws(JSONSyntaxError) -> UInt32 {
    guard position + 4 <= bytes.count else { throw error("the text ends early") }
    var value: UInt32 = 0
    for byte in bytes[position..<position + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw error("expected four hex digits")
      }
      value = value << 4 | UInt32(digit)
    }
    position += 4
    return value
  }
}
