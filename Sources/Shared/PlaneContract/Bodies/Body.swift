import Wire

/// The body of one message kind: read strictly by the plane, written by the client, or the other way round for results.
package protocol Body: Sendable {
  init(_ reader: inout ObjectReader) throws(FieldError)
  var fields: JSONObject { get }
}

extension Body {
  /// - Throws: `FieldError` for a missing, mistyped or unknown field.
  package init(_ body: JSONObject) throws(FieldError) {
    var reader = ObjectReader(body, "body")
    try self.init(&reader)
    try reader.finish()
  }
}

extension AdmittedRequest {
  /// The body as its kind's type; throws `Refusal(.invalidRequest)`.
  package func decoded<B: Body>(_ type: B.Type = B.self) throws(Refusal) -> B {
    do { return try B(body) } catch { throw Refusal(.invalidRequest, "\(error)") }
  }
}

extension JSONObject {
  /// Appends an optional field of a request only where it has a value.
  mutating func append(_ key: String, ifPresent value: JSONValue?) {
    if let value { append(key, value) }
  }
}
