import Wire

// What is absent is written as null, as `sm-bridge` writes it.
extension JSONValue {
  static func orNull(_ object: JSONObject?) -> JSONValue { object.map(JSONValue.object) ?? .null }
  static func orNull(_ texts: [String]?) -> JSONValue { texts.map { JSONValue($0) } ?? .null }
  static func orNull(_ number: Int?) -> JSONValue { number.map { JSONValue($0) } ?? .null }
  static func orNull(_ number: JSONNumber?) -> JSONValue { number.map(JSONValue.number) ?? .null }
}
