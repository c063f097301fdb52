import Wire

/// Why a client's question is not answered: the status and the body that `sm-bridge` 0.8.0 has for it. What the client sent is in
/// none of them.
package enum QueryRefusal: Error, Equatable, Sendable {
  /// The identifier is another registry's, or nobody's.
  case foreign
  case notPublic
  case notFound
  /// The client knows less than the log of changes still has, or more than it ever had: it must begin again with `since=0`.
  case outOfStep(String)
  case tooLong
  /// Every parameter that is wrong.
  case invalid([ParameterProblem])

  package var status: Int {
    switch self {
    case .foreign: 400
    case .notPublic: 403
    case .notFound: 404
    case .outOfStep: 410
    case .tooLong: 414
    case .invalid: 422
    }
  }

  /// The answer's body.
  package var fields: JSONObject { ["detail": detail] }

  private var detail: JSONValue {
    switch self {
    case .foreign: "Agent identifier is not scoped to this registry"
    case .notPublic: "Agent is not public"
    case .notFound: "Agent not found"
    case .outOfStep(let reason): .string(reason)
    case .tooLong: "Query too long"
    case .invalid(let problems): .array(problems.map { .object($0.fields) })
    }
  }
}

/// What is wrong with one parameter, in pydantic's words.
package enum ParameterProblem: Equatable, Sendable {
  case missing(String)
  case notInteger(String)
  case below(String, minimum: Int)
  case above(String, maximum: Int)
  /// Not what this registry gave out.
  case unknownCursor(String)

  var fields: JSONObject {
    switch self {
    case .missing(let name): Self.fields("missing", name, "Field required")
    case .notInteger(let name):
      Self.fields(
        "int_parsing", name, "Input should be a valid integer, unable to parse string as an integer")
    case .below(let name, let minimum):
      Self.fields(
        "greater_than_equal", name, "Input should be greater than or equal to \(minimum)", ["ge": .init(minimum)])
    case .above(let name, let maximum):
      Self.fields("less_than_equal", name, "Input should be less than or equal to \(maximum)", ["le": .init(maximum)])
    case .unknownCursor(let name): Self.fields("value_error", name, "Input should be a next_cursor of this registry")
    }
  }

  private static func fields(
    _ type: String, _ name: String, _ message: String, _ context: JSONObject? = nil
  ) -> JSONObject {
    var fields: JSONObject = ["type": .string(type), "loc": ["query", .string(name)], "msg": .string(message)]
    if let context { fields.append("ctx", .object(context)) }
    return fields
  }
}
