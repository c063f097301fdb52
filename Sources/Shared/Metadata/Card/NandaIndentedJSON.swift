import Attestations
import Wire

/// JSON as the public NANDA packages print it for people: members in their order, two spaces a level, ASCII with `\uXXXX`, numbers
/// as in the canonical form, an empty list or object on its line.
package enum NandaIndentedJSON {
  package static func text(_ value: JSONValue) -> String {
    var bytes: [UInt8] = []
    write(value, level: 0, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func write(_ value: JSONValue, level: Int, to bytes: inout [UInt8]) {
    switch value {
    case .null, .bool, .number, .string: bytes += NandaCanonicalJSON.encode(value)
    case .array(let items):
      write(items, in: ("[", "]"), level: level, to: &bytes) { item, bytes in
        write(item, level: level + 1, to: &bytes)
      }
    case .object(let object):
      write(object.members, in: ("{", "}"), level: level, to: &bytes) { member, bytes in
        bytes += NandaCanonicalJSON.encode(.string(member.key)) + Array(": ".utf8)
        write(member.value, level: level + 1, to: &bytes)
      }
    }
  }

  private static func write<Item>(
    _ items: [Item], in brackets: (open: String, close: String), level: Int, to bytes: inout [UInt8],
    _ body: (Item, inout [UInt8]) -> Void
  ) {
    bytes += brackets.open.utf8
    for (index, item) in items.enumerated() {
      bytes += (index == 0 ? "\n" : ",\n").utf8
      indent(level + 1, &bytes)
      body(item, &bytes)
    }
    if !items.isEmpty {
      bytes.append(UInt8(ascii: "\n"))
      indent(level, &bytes)
    }
    bytes += brackets.close.utf8
  }

  private static func indent(_ level: Int, _ bytes: inout [UInt8]) {
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * level))
  }
}
