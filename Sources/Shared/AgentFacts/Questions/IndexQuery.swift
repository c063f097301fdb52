import Wire

/// The question of `GET /nanda/index`: which page of the agents. A page begins after `cursor`, which holds still while agents come and
/// go, or `offset` agents in.
package struct IndexQuery: Sendable, Hashable {
  package static let limits = 1...500
  static let standardLimit = 100

  package let limit: Int
  package let offset: Int
  /// The last agent of the page before.
  package let cursor: AgentKey?

  /// - Throws: `QueryRefusal.invalid` with every parameter that is wrong.
  package init(_ parameters: QueryParameters) throws(QueryRefusal) {
    var reader = ParameterReader(parameters)
    limit = reader.int("limit", in: Self.limits, default: Self.standardLimit)
    offset = reader.int("offset", in: 0...Int.max, default: 0)
    let text = parameters["cursor"]
    cursor = text.flatMap { AgentKey($0) }
    if text != nil, cursor == nil { reader.problems.append(.unknownCursor("cursor")) }
    try reader.finish()
  }
}

/// The question of `GET /nanda/deltas`: what changed after a cursor.
package struct DeltaQuery: Sendable, Equatable {
  /// Exclusive: the last change that the client knows.
  package let since: Int

  package init(_ parameters: QueryParameters) throws(QueryRefusal) {
    var reader = ParameterReader(parameters)
    since = reader.int("since", in: 0...Int.max, default: 0)
    try reader.finish()
  }
}

/// Reads parameters, and notes all that is wrong before any of it is told.
private struct ParameterReader {
  private let parameters: QueryParameters
  var problems: [ParameterProblem] = []

  init(_ parameters: QueryParameters) { self.parameters = parameters }

  mutating func int(_ name: String, in range: ClosedRange<Int>, default fallback: Int) -> Int {
    guard let text = parameters[name] else { return fallback }
    guard let value = QueryNumber.read(text) else { return note(.notInteger(name), fallback) }
    if value < range.lowerBound { return note(.below(name, minimum: range.lowerBound), fallback) }
    if value > range.upperBound { return note(.above(name, maximum: range.upperBound), fallback) }
    return value
  }

  private mutating func note(_ problem: ParameterProblem, _ fallback: Int) -> Int {
    problems.append(problem)
    return fallback
  }

  func finish() throws(QueryRefusal) {
    guard problems.isEmpty else { throw .invalid(problems) }
  }
}
