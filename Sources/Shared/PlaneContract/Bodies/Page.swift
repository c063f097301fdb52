import Wire

/// One page of a list: items, and what to send as `after` for the next page, or null at the end.
package struct Page<Item: Body>: Body {
  package let items: [Item]
  package let next: String?

  /// Bytes of items in one page, so that a signed reply always fits a frame.
  package static var maximumBytes: Int { 300 * 1024 }

  /// As many of `items` as `limit` and a frame allow; `next` is the cursor of the last one taken when something is left.
  package init(fitting items: [(item: Item, cursor: String)], limit: Int) {
    var taken: [Item] = []
    var bytes = 0
    for (item, _) in items.prefix(limit) {
      bytes += item.fields.serialized().count
      guard taken.isEmpty || bytes <= Self.maximumBytes else { break }
      taken.append(item)
    }
    self.init(items: taken, next: taken.count < items.count ? items[max(taken.count - 1, 0)].cursor : nil)
  }

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
