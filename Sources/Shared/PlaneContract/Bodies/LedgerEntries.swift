import Wire

/// `ledger.get`: entries of the plane's evidence from an index on, in order.
package struct LedgerGet: Body {
  package static let limits = 1...500

  package let from: Int
  package let limit: Int

  package init(from: Int, limit: Int) {
    self.from = from
    self.limit = limit
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    from = try reader.int("from", in: 0...Int(1 << 53))
    limit = try reader.optionalInt("limit", in: Self.limits) ?? 100
  }

  package var fields: JSONObject { ["from": .init(from), "limit": .init(limit)] }
}

/// The answer: the entries, each with the very bytes that are stored, and how many entries the log has.
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
    next = try reader.int("next", in: 0...Int(1 << 53))
    size = try reader.int("size", in: 0...Int(1 << 53))
  }

  package var fields: JSONObject {
    ["entries": .array(entries.map { .object($0) }), "next": .init(next), "size": .init(size)]
  }
}
