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

  /// - Parameter maximumValueCount: another bound on the values, for files that are large by their nature.
  package static func parse(
    _ bytes: [UInt8], maximumValueCount: Int = StrictJSON.maximumValueCount
  ) throws(JSONSyntaxError) -> JSONValue {
    var scanner = JSONScanner(bytes, maximumValueCount: maximumValueCount)
    let value = try scanner.value(depth: 0)
    try scanner.finish()
    return value
  }
}

// The tree.
extension JSONScanner {
  mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONValue {
    switch try begin() {
    case .object: return .object(try object(depth: depth + 1))
    case .array: return .array(try array(depth: depth + 1))
    case .string: return .string(try string())
    case .number: return .number(try number())
    case .true: return try literal("true", .bool(true))
    case .false: return try literal("false", .bool(false))
    case .null: return try literal("null", .null)
    }
  }

  private mutating func literal(_ text: StaticString, _ value: JSONValue) throws(JSONSyntaxError) -> JSONValue {
    try word(text)
    return value
  }

  private mutating func array(depth: Int) throws(JSONSyntaxError) -> [JSONValue] {
    var items: [JSONValue] = []
    guard try entersArray(depth: depth) else { return items }
    repeat { items.append(try value(depth: depth)) } while try hasAnotherItem()
    return items
  }

  private mutating func object(depth: Int) throws(JSONSyntaxError) -> JSONObject {
    var members: [JSONObject.Member] = []
    guard try entersObject(depth: depth) else { return JSONObject(members: members) }
    var seen = SeenKeys()
    repeat {
      let key = try key(&seen)
      members.append(JSONObject.Member(key: key, value: try value(depth: depth)))
    } while try hasAnotherMember()
    return JSONObject(members: members)
  }
}
