/// Which field of which object was wrong, and how.
package struct FieldError: Error, Equatable, CustomStringConvertible {
  package let field: String
  package let problem: String

  package init(_ field: String, _ problem: String) {
    self.field = field
    self.problem = problem
  }

  package var description: String { "\(field): \(problem)" }
}

/// Reads one JSON object field by field and refuses what is left over. A null optional field and an absent one mean the same.
package struct ObjectReader {
  /// The name of the object in error messages: `body.training_output`.
  package let name: String
  private let object: JSONObject
  /// Which members somebody has asked for, by their place.
  private var asked: [Bool]

  package init(_ value: JSONValue, _ name: String) throws(FieldError) {
    guard case .object(let object) = value else {
      throw FieldError(name, "expected an object, found \(value.kindName)")
    }
    self.init(object, name)
  }

  package init(_ object: JSONObject, _ name: String) {
    self.object = object
    self.name = name
    asked = [Bool](repeating: false, count: object.members.count)
  }

  /// The dotted name of a field for error messages.
  package func path(_ key: String) -> String { name.isEmpty ? key : "\(name).\(key)" }

  package func failure(_ key: String, _ problem: String) -> FieldError { FieldError(path(key), problem) }

  /// The value of an optional field: nil when absent or null.
  package mutating func optional(_ key: String) -> JSONValue? {
    guard let index = object.index(of: key) else { return nil }
    asked[index] = true
    let value = object.members[index].value
    return value.isNull ? nil : value
  }

  package mutating func required(_ key: String) throws(FieldError) -> JSONValue {
    guard let value = optional(key) else { throw failure(key, "is missing") }
    return value
  }

  /// Call last: an unknown field is refused, because it may be one that changes the meaning of the others.
  package func finish() throws(FieldError) {
    guard let index = asked.firstIndex(of: false) else { return }
    throw failure(object.members[index].key.clipped(64), "is not a field of this object")
  }
}

extension ObjectReader {
  package mutating func string(_ key: String, maximum: Int = 4096) throws(FieldError) -> String {
    try text(try required(key), key, maximum)
  }

  package mutating func optionalString(_ key: String, maximum: Int = 4096) throws(FieldError) -> String? {
    guard let value = optional(key) else { return nil }
    return try text(value, key, maximum)
  }

  package mutating func int(_ key: String, in range: ClosedRange<Int>) throws(FieldError) -> Int {
    try integer(try required(key), key, range)
  }

  package mutating func optionalInt(_ key: String, in range: ClosedRange<Int>) throws(FieldError) -> Int? {
    guard let value = optional(key) else { return nil }
    return try integer(value, key, range)
  }

  package mutating func optionalBool(_ key: String) throws(FieldError) -> Bool? {
    guard let value = optional(key) else { return nil }
    guard let flag = value.bool else { throw failure(key, "expected true or false, found \(value.kindName)") }
    return flag
  }

  package mutating func object(_ key: String) throws(FieldError) -> JSONObject {
    try members(try required(key), key)
  }

  package mutating func optionalObject(_ key: String) throws(FieldError) -> JSONObject? {
    guard let value = optional(key) else { return nil }
    return try members(value, key)
  }

  package mutating func array(_ key: String, maximum: Int) throws(FieldError) -> [JSONValue] {
    try items(try required(key), key, maximum)
  }

  package mutating func optionalArray(_ key: String, maximum: Int) throws(FieldError) -> [JSONValue]? {
    guard let value = optional(key) else { return nil }
    return try items(value, key, maximum)
  }

  package mutating func strings(_ key: String, maximum: Int) throws(FieldError) -> [String] {
    try strings(in: array(key, maximum: maximum), key)
  }

  package mutating func optionalStrings(_ key: String, maximum: Int) throws(FieldError) -> [String]? {
    guard let items = try optionalArray(key, maximum: maximum) else { return nil }
    return try strings(in: items, key)
  }

  private func strings(in items: [JSONValue], _ key: String) throws(FieldError) -> [String] {
    var texts: [String] = []
    for item in items { texts.append(try text(item, key, 4096)) }
    return texts
  }

  private func text(_ value: JSONValue, _ key: String, _ maximum: Int) throws(FieldError) -> String {
    guard let text = value.string else { throw failure(key, "expected a string, found \(value.kindName)") }
    guard text.utf8.count <= maximum else { throw failure(key, "longer than \(maximum) bytes") }
    return text
  }

  private func integer(_ value: JSONValue, _ key: String, _ range: ClosedRange<Int>) throws(FieldError) -> Int {
    guard let number = value.int, range.contains(number) else {
      throw failure(key, "expected a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  private func members(_ value: JSONValue, _ key: String) throws(FieldError) -> JSONObject {
    guard let object = value.object else { throw failure(key, "expected an object, found \(value.kindName)") }
    return object
  }

  private func items(_ value: JSONValue, _ key: String, _ maximum: Int) throws(FieldError) -> [JSONValue] {
    guard let items = value.array else { throw failure(key, "expected an array, found \(value.kindName)") }
    guard items.count <= maximum else { throw failure(key, "holds more than \(maximum) items") }
    return items
  }
}
