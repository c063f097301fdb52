import MerkleLog
import Signing
import Wire

/// The entries that were asked for, each with the very bytes that are stored, and how many entries the log has.
package struct LedgerEntries: Body {
  /// Compact JSON objects in the form of evidence entries, from `from` of the request on, without a gap.
  package let entries: [JSONObject]
  /// The index to ask from next.
  package let next: Int
  /// Entries in the whole log when it was asked.
  package let size: Int

  package init(entries: [JSONObject], next: Int, size: Int) {
    self.entries = entries
    self.next = next
    self.size = size
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    var entries: [JSONObject] = []
    for (index, value) in try reader.array("entries", maximum: LedgerGet.limits.upperBound).enumerated() {
      guard let entry = value.object else { throw FieldError("body.entries[\(index)]", "is not an object") }
      entries.append(entry)
    }
    self.entries = entries
    next = try reader.int("next", in: 0...Checkpoint.maximumSize)
    size = try reader.int("size", in: 0...Checkpoint.maximumSize)
  }

  package var fields: JSONObject {
    ["entries": .array(entries.map { .object($0) }), "next": .init(next), "size": .init(size)]
  }
}
