/// A JSON value as it stood in the bytes: members keep their order, numbers their literal, strings their exact code points.
package enum JSONValue: Sendable {
  case null
  case bool(Bool)
  case number(JSONNumber)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)

  /// What an error message calls this kind of value.
  package var kindName: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }

  package var isNull: Bool { if case .null = self { true } else { false } }
  package var string: String? { if case .string(let text) = self { text } else { nil } }
  package var object: JSONObject? { if case .object(let object) = self { object } else { nil } }
  package var array: [JSONValue]? { if case .array(let items) = self { items } else { nil } }
  package var int: Int? { if case .number(let number) = self { number.int } else { nil } }
  package var double: Double? { if case .number(let number) = self { number.double } else { nil } }
  package var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
}

/// A JSON number by its literal, so that copying one never changes it. Always finite as a double.
package struct JSONNumber: Sendable, Equatable {
  package let literal: String

  /// `literal` must already have been checked by the parser.
  init(checked literal: String) { self.literal = literal }

  package init(_ value: Int) { literal = String(value) }

  /// Nil for NaN and infinities, which JSON cannot say.
  package init?(_ value: Double) {
    guard value.isFinite else { return nil }
    literal = "\(value)"
  }

  /// The value of a literal without fraction and exponent that fits; `1.0` is not an integer here.
  package var int: Int? { Int(literal) }
  package var double: Double { Double(literal) ?? .nan }
}

/// Members in order. Keys are compared as bytes: Swift's `String ==` would merge NFC and NFD spellings.
package struct JSONObject: Sendable {
  package struct Member: Sendable {
    package let key: String
    package let value: JSONValue
  }

  package private(set) var members: [Member]

  package init(_ members: KeyValuePairs<String, JSONValue> = [:]) {
    self.members = members.map { Member(key: $0.key, value: $0.value) }
  }

  /// `members` must have distinct keys; the parser checks that.
  init(members: [Member]) { self.members = members }

  package subscript(key: String) -> JSONValue? { index(of: key).map { members[$0].value } }

  /// Where a key stands, compared as bytes.
  func index(of key: String) -> Int? {
    members.firstIndex { $0.key.hasSameBytes(as: key) }
  }

  package mutating func append(_ key: String, _ value: JSONValue) {
    members.append(Member(key: key, value: value))
  }

  package var isEmpty: Bool { members.isEmpty }
}

// Equality is JSON's: member order does not count, everything else does, byte for byte.
extension JSONValue: Equatable {
  package static func == (left: JSONValue, right: JSONValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let left), .bool(let right)): left == right
    case (.number(let left), .number(let right)): left == right
    case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
    case (.array(let left), .array(let right)): left == right
    case (.object(let left), .object(let right)): left == right
    default: false
    }
  }
}

extension JSONObject: Equatable {
  package static func == (left: JSONObject, right: JSONObject) -> Bool {
    guard left.members.count == right.members.count else { return false }
    return zip(left.sortedByKey(), right.sortedByKey()).allSatisfy { left, right in
      left.key.utf8.elementsEqual(right.key.utf8) && left.value == right.value
    }
  }

  /// Members by the byte order of their UTF-8 keys, which is also the order of their code points.
  package func sortedByKey() -> [Member] {
    members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
  }
}

// Not by `nil`: an optional value that is absent and a null that is there must not be written alike.
extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int) { self = .number(JSONNumber(value)) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(members: elements.map { JSONObject.Member(key: $0.0, value: $0.1) }))
  }

  package init(_ text: String) { self = .string(text) }
  package init(_ value: Int) { self = .number(JSONNumber(value)) }
  /// Null stands for an absent optional text.
  package init(_ text: String?) { self = text.map(JSONValue.string) ?? .null }
  package init(_ texts: [String]) { self = .array(texts.map(JSONValue.string)) }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self.init(members: elements.map { Member(key: $0.0, value: $0.1) })
  }
}
