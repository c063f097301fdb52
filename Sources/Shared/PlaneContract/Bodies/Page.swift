import Wire

/// One page of a list: items, and what to send as `after` for the next page, or null at the end.
package struct Page<Item: Body>: Body {
  package let items: [Item]
  package let next: String?

  package init(items: [Item], next: String?) {
    self.items = items
    self.next = next
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    var items: [Item] = []
    for (index, value) in try reader.array("items", maximum: 1000).enumerated() {
      var itemReader = try ObjectReader(value, "body.items[\(index)]")
      items.append(try Item(&itemReader))
    }
    self.items = items
    next = try reader.optionalString("next", maximum: 200)
  }

  package var fields: JSONObject { ["items": .array(items.map { .object($0.fields) }), "next": .init(next)] }
}
