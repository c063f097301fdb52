import Signing

/// The grammar of strict JSON over its bytes, one pass, nothing decoded twice: `StrictJSON` builds trees with it, and the documents
/// that every request carries are read with it directly.
///
/// A value is read by `begin`, then by what that says: a container by `enters…`, its parts, and `hasAnother…` after each part.
struct JSONScanner {
  /// What kind of value begins here.
  enum Start { case object, array, string, number, `true`, `false`, null }

  private let bytes: [UInt8]
  private var position = 0
  private var valueCount = 0
  private let maximumValueCount: Int

  init(_ bytes: [UInt8], maximumValueCount: Int = StrictJSON.maximumValueCount) {
    self.bytes = bytes
    self.maximumValueCount = maximumValueCount
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func error(_ problem: String) -> JSONSyntaxError { JSONSyntaxError(offset: position, problem: problem) }

  /// Looks at the value that begins here and counts it.
  mutating func begin() throws(JSONSyntaxError) -> Start {
    skipSpace()
    valueCount += 1
    guard valueCount <= maximumValueCount else { throw error("too many values") }
    switch next {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "t"): return .true
    case UInt8(ascii: "f"): return .false
    case UInt8(ascii: "n"): return .null
    case UInt8(ascii: "-"), .some(0x30...0x39): return .number
    case nil: throw error("the text ends early")
    default: throw error("no value begins like this")
    }
  }

  /// Call last: nothing may follow the value.
  mutating func finish() throws(JSONSyntaxError) {
    skipSpace()
    guard position == bytes.count else { throw error("something follows the value") }
  }

  mutating func word(_ text: StaticString) throws(JSONSyntaxError) {
    let end = position + text.utf8CodeUnitCount
    let isThere = end <= bytes.count && text.withUTF8Buffer { unsafe bytes[position..<end].elementsEqual($0) }
    guard isThere else { throw error("expected \(text)") }
    position = end
  }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func consume(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }
}

// Containers.
extension JSONScanner {
  /// False when the object is empty, and then it is behind us.
  mutating func entersObject(depth: Int) throws(JSONSyntaxError) -> Bool { try enters(depth, UInt8(ascii: "}")) }
  mutating func entersArray(depth: Int) throws(JSONSyntaxError) -> Bool { try enters(depth, UInt8(ascii: "]")) }

  /// After a member: whether another follows. If not, the object is behind us.
  mutating func hasAnotherMember() throws(JSONSyntaxError) -> Bool { try hasAnother(UInt8(ascii: "}")) }
  mutating func hasAnotherItem() throws(JSONSyntaxError) -> Bool { try hasAnother(UInt8(ascii: "]")) }

  /// The key of the member that begins here, which must be new to its object.
  mutating func key(_ seen: inout SeenKeys) throws(JSONSyntaxError) -> String {
    skipSpace()
    guard next == UInt8(ascii: "\"") else { throw error("expected a key") }
    let start = position
    let key = try string()
    guard seen.insert(key) else { throw JSONSyntaxError(offset: start, problem: "a key stands twice in one object") }
    skipSpace()
    guard consume(UInt8(ascii: ":")) else { throw error("expected a colon") }
    return key
  }

  private mutating func enters(_ depth: Int, _ end: UInt8) throws(JSONSyntaxError) -> Bool {
    guard depth <= StrictJSON.maximumDepth else { throw error("nested deeper than \(StrictJSON.maximumDepth)") }
    position += 1
    skipSpace()
    return !consume(end)
  }

  private mutating func hasAnother(_ end: UInt8) throws(JSONSyntaxError) -> Bool {
    skipSpace()
    if consume(end) { return false }
    guard consume(UInt8(ascii: ",")) else { throw error("expected a comma or the end") }
    return true
  }
}

/// Finds a repeated key by bytes: by looking for small objects, by a set for large ones, so that no input makes it quadratic.
struct SeenKeys {
  private static let linearLimit = 16
  private var keys: [String] = []
  private var set: Set<[UInt8]> = []

  /// False when the key was here before.
  mutating func insert(_ key: String) -> Bool {
    guard keys.count >= Self.linearLimit else {
      if keys.contains(where: { $0.hasSameBytes(as: key) }) { return false }
      keys.append(key)
      return true
    }
    if set.isEmpty { set = Set(keys.map { Array($0.utf8) }) }
    return set.insert(Array(key.utf8)).inserted
  }
}

extension String {
  /// Equal byte for byte; `==` would merge NFC and NFD spellings.
  package func hasSameBytes(as other: String) -> Bool {
    utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
  }
}

// Numbers and strings.
extension JSONScanner {
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

  /// The text of the string that begins here.
  mutating func string() throws(JSONSyntaxError) -> String {
    let start = position + 1
    guard let plain = plainString() else { return try text(try escapedString(from: start)[...], at: start) }
    return try text(bytes[plain], at: start)
  }

  /// The bytes that the string spells in base64, of at most `maximum` characters; nil when it does not. No text is made of it.
  mutating func base64(maximum: Int) throws(JSONSyntaxError) -> [UInt8]? {
    let start = position + 1
    let content = if let plain = plainString() { bytes[plain] } else { try escapedString(from: start)[...] }
    return content.count <= maximum ? Base64.decode(content) : nil
  }

  /// Where the content of a string without escapes stands, and the string is behind us; nil, and we stand where it ceases to be one.
  private mutating func plainString() -> Range<Int>? {
    let start = position + 1
    let end = Self.endOfPlainText(bytes.span, from: start)
    position = end
    return consume(UInt8(ascii: "\"")) ? start..<end : nil
  }

  private static func endOfPlainText(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var end = start
    while end < bytes.count, bytes[end] != UInt8(ascii: "\""), bytes[end] != UInt8(ascii: "\\"), bytes[end] >= 0x20 {
      end += 1
    }
    return end
  }

  private mutating func escapedString(from start: Int) throws(JSONSyntaxError) -> [UInt8] {
    var content = Array(bytes[start..<position])
    while let byte = next {
      guard byte >= 0x20 else { throw error("a control character inside a string") }
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return content
      case UInt8(ascii: "\\"): content.append(contentsOf: try escape())
      default: content.append(byte)
      }
    }
    throw error("a string without its end")
  }

  private func text(_ content: ArraySlice<UInt8>, at offset: Int) throws(JSONSyntaxError) -> String {
    do { return String(copying: try UTF8Span(validating: content.span)) } catch {
      throw JSONSyntaxError(offset: offset, problem: "a string that is not UTF-8")
    }
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
