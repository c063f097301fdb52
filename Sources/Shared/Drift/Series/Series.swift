import Wire

/// Values of one thing that is watched, as the baseline or a window gives them.
package enum Series: Sendable, Equatable {
  /// In any order. NaN stands for what was given as null: a value that is no number.
  case numbers([Double])
  case histogram(Histogram)
  case categories(Categories)

  /// The most values of a window, and of a baseline, which has to fit a training output.
  package static let maximumValues = 10_000
  package static let maximumReferenceValues = 2_000

  package var kind: String {
    switch self {
    case .numbers: "numbers"
    case .histogram: "histogram"
    case .categories: "categories"
    }
  }

  package var count: Int {
    switch self {
    case .numbers(let values): values.count
    case .histogram(let histogram): histogram.total
    case .categories(let categories): categories.total
    }
  }

  /// Reads an array of numbers (null: no number) or of texts, `{"edges": [...], "counts": [...]}`, or `{"counts": {"name": 3}}`.
  package init(_ value: JSONValue, _ name: String, maximum: Int) throws(FieldError) {
    switch value {
    case .array(let items): self = try Self.values(items, name, maximum)
    case .object(let object) where object["edges"] != nil: self = .histogram(try Histogram(object, name))
    case .object(let object): self = .categories(try Categories(object, name))
    default: throw FieldError(name, "expected an array of values or a histogram, found \(value.kindName)")
    }
  }

  private static func values(_ items: [JSONValue], _ name: String, _ maximum: Int) throws(FieldError) -> Series {
    guard items.count <= maximum else {
      throw FieldError(name, "holds \(items.count) values, more than \(maximum); sample it down, or send a histogram")
    }
    if items.contains(where: { $0.string != nil }) { return .categories(try Categories(counting: items, name)) }
    var values: [Double] = []
    values.reserveCapacity(items.count)
    for item in items {
      guard let number = item.isNull ? .nan : item.double else {
        throw FieldError(name, "expected numbers or texts, found \(item.kindName)")
      }
      values.append(number)
    }
    return .numbers(values)
  }

  package var json: JSONValue {
    switch self {
    case .numbers(let values): .array(values.map { JSONValue(number: $0) })
    case .histogram(let histogram): histogram.json
    case .categories(let categories): categories.json
    }
  }
}

/// Counts between ascending edges, one fewer than there are edges.
package struct Histogram: Sendable, Equatable {
  package static let maximumBins = 1_000
  package static let maximumCount = 1 << 40

  package let edges: [Double]
  package let counts: [Int]

  package var total: Int { counts.reduce(0, +) }

  init(_ object: JSONObject, _ name: String) throws(FieldError) {
    var reader = ObjectReader(object, name)
    let edges = try reader.array("edges", maximum: Self.maximumBins + 1).compactMap(\.double)
    let counts = try reader.array("counts", maximum: Self.maximumBins).compactMap(\.int)
    guard edges.count >= 2, edges.count == object["edges"]?.array?.count,
      zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 })
    else { throw reader.failure("edges", "expected at least two numbers, each greater than the one before") }
    guard counts.count == edges.count - 1, counts.count == object["counts"]?.array?.count,
      counts.allSatisfy({ (0...Self.maximumCount).contains($0) })
    else { throw reader.failure("counts", "expected a whole number from 0 for each bin, one fewer than edges") }
    try reader.finish()
    self.edges = edges
    self.counts = counts
  }

  init(edges: [Double], counts: [Int]) {
    self.edges = edges
    self.counts = counts
  }

  package var middles: [Double] { zip(edges, edges.dropFirst()).map { $0 + ($1 - $0) / 2 } }

  /// How many of `values` are in each bin: an edge belongs to the bin above it, the last one to the last bin. Nil when a value is
  /// outside.
  func counts(of values: [Double]) -> [Int]? {
    var result = [Int](repeating: 0, count: counts.count)
    for value in values {
      guard let after = edges.firstIndex(where: { value < $0 }) ?? (value == edges.last ? counts.count : nil), after > 0
      else { return nil }
      result[after - 1] += 1
    }
    return result
  }

  var json: JSONValue {
    ["edges": .array(edges.map { JSONValue(number: $0) }), "counts": .array(counts.map { JSONValue($0) })]
  }
}

/// Counts by name, in the order of the names.
package struct Categories: Sendable, Equatable {
  package static let maximumCount = 1_000
  package static let maximumNameBytes = 128

  package let counts: [String: Int]

  package var total: Int { counts.values.reduce(0, +) }

  init(_ object: JSONObject, _ name: String) throws(FieldError) {
    var reader = ObjectReader(object, name)
    var counts: [String: Int] = [:]
    for member in try reader.object("counts").members {
      guard let count = member.value.int, (0...Histogram.maximumCount).contains(count) else {
        throw reader.failure("counts", "expected a whole number from 0 for each category")
      }
      counts[member.key] = count
    }
    try reader.finish()
    self.counts = counts
    try check(name)
  }

  init(counting items: [JSONValue], _ name: String) throws(FieldError) {
    var counts: [String: Int] = [:]
    for item in items {
      guard let text = item.string else { throw FieldError(name, "mixes texts with \(item.kindName)") }
      counts[text, default: 0] += 1
    }
    self.counts = counts
    try check(name)
  }

  package init(_ counts: [String: Int]) { self.counts = counts }

  /// The counts of two over the names of both.
  package static func rows(_ first: Categories, _ second: Categories) -> ([Int], [Int]) {
    let names = Set(first.counts.keys).union(second.counts.keys).sorted()
    return (names.map { first.counts[$0] ?? 0 }, names.map { second.counts[$0] ?? 0 })
  }

  private func check(_ name: String) throws(FieldError) {
    guard counts.count <= Self.maximumCount else {
      throw FieldError(name, "holds more than \(Self.maximumCount) categories")
    }
    guard counts.keys.allSatisfy({ $0.utf8.count <= Self.maximumNameBytes }) else {
      throw FieldError(name, "holds a category's name longer than \(Self.maximumNameBytes) bytes")
    }
  }

  var json: JSONValue {
    var object: JSONObject = [:]
    for (name, count) in counts.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      object.append(name, .init(count))
    }
    return ["counts": .object(object)]
  }
}

extension JSONValue {
  /// Null for what JSON cannot say.
  package init(number: Double) { self = JSONNumber(number).map(JSONValue.number) ?? .null }
  package init(number: Double?) { self = number.map { JSONValue(number: $0) } ?? .null }
}
