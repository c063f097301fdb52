import Attestations
import Wire

extension FuzzTarget {
  static let strictJSON = FuzzTarget("strict-json") { bytes in
    guard let value = try? StrictJSON.parse(bytes) else { return false }
    let text = value.serialized()
    let again = try StrictJSON.parse(text)
    try promise(again == value, "what was read is written so that it reads the same")
    try promise(again.serialized() == text, "one value has one text")
    try JSONRules.check(value, depth: 0)
    try JSONRules.checkInjuries(of: bytes, value)
    return true
  }

  /// The form that the NANDA packages hash.
  static let canonicalJSON = FuzzTarget("canonical-json") { bytes in
    guard let value = try? StrictJSON.parse(bytes) else { return false }
    let text = NandaCanonicalJSON.encode(value)
    try promise(text.allSatisfy { (0x20..<0x7F).contains($0) }, "the canonical form is printable ASCII")
    try promise(NandaCanonicalJSON.encode(StrictJSON.parse(text)) == text, "the canonical form of itself is itself")
    return true
  }
}

/// What every accepted text obeys, said once more and independently of the parser.
private enum JSONRules {
  static func check(_ value: JSONValue, depth: Int) throws {
    switch value {
    case .null, .bool: break
    case .number(let number): try promise(number.double.isFinite, "a number is finite: \(number.literal)")
    case .string(let text): try checkText(text)
    case .array(let items):
      try promise(depth < StrictJSON.maximumDepth, "depth is at most \(StrictJSON.maximumDepth)")
      for item in items { try check(item, depth: depth + 1) }
    case .object(let object):
      try promise(depth < StrictJSON.maximumDepth, "depth is at most \(StrictJSON.maximumDepth)")
      let keys = Set(object.members.map { Array($0.key.utf8) })
      try promise(keys.count == object.members.count, "no key stands twice")
      for member in object.members {
        try checkText(member.key)
        try check(member.value, depth: depth + 1)
      }
    }
  }

  private static func checkText(_ text: String) throws {
    try promise(!text.utf8.contains(0), "U+0000 is refused")
  }

  /// A sound text stays sound between spaces, and does not survive these.
  static func checkInjuries(of bytes: [UInt8], _ value: JSONValue) throws {
    let spaced = try StrictJSON.parse([0x20, 0x09, 0x0A, 0x0D] + bytes + [0x20])
    try promise(spaced == value, "space around a value means nothing")
    try refuse([0xEF, 0xBB, 0xBF] + bytes, "a byte order mark is refused")
    try refuse(bytes + Array(",".utf8), "a comma after the value is refused")
    try refuse(bytes + Array(" 0".utf8), "a second value is refused")
    try refuse(Array("[".utf8) + bytes + Array(",]".utf8), "a trailing comma is refused")
    try refuse(Array("[".utf8) + bytes, "an open bracket is refused")
    guard let first = value.object?.members.first else { return }
    let text = value.serialized()
    for key in [JSONValue.string(first.key).serialized(), escaped(first.key)] {
      let before = Array("{".utf8) + key + Array(":0,".utf8) + text.dropFirst()
      let after = text.dropLast() + Array(",".utf8) + key + Array(":0}".utf8)
      try refuse(before, "a key that stands twice is refused, however it is spelled")
      try refuse(Array(after), "a key that stands twice is refused, however far apart")
    }
  }

  /// The key as a JSON string of nothing but escapes.
  private static func escaped(_ key: String) -> [UInt8] {
    let units = key.utf16.map { unit in
      let digits = String(unit, radix: 16, uppercase: true)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
    return Array("\"\(units.joined())\"".utf8)
  }

  private static func refuse(_ bytes: [UInt8], _ what: String) throws {
    try promise((try? StrictJSON.parse(bytes)) == nil, what)
  }
}
