import Wire
import Yams

// Parts of a configuration whose form is another module's: they are handed on as JSON says them.
extension ConfigSection {
  /// A list of mappings. Plain whole numbers, decimals, `true`, `false` and `null` are what they look like, everything else is text.
  package func objects(_ key: String, maximum: Int) throws(ConfigError) -> [JSONObject] {
    try value(key, [], "a list of at most \(maximum) mappings") { node in
      guard case .sequence(let items) = node, items.count <= maximum else { return nil }
      let objects = items.compactMap { Self.json($0, depth: 1)?.object }
      return objects.count == items.count ? objects : nil
    }
  }

  private static func json(_ node: Node, depth: Int) -> JSONValue? {
    guard depth < StrictJSON.maximumDepth else { return nil }
    switch node {
    case .scalar(let scalar): return json(scalar)
    case .sequence(let items):
      let values = items.compactMap { json($0, depth: depth + 1) }
      return values.count == items.count ? .array(values) : nil
    case .mapping(let mapping):
      var object: JSONObject = [:]
      for (key, value) in mapping {
        guard case .scalar(let name) = key, let value = json(value, depth: depth + 1) else { return nil }
        object.append(name.string, value)
      }
      return .object(object)
    case .alias: return nil
    }
  }

  private static func json(_ scalar: Node.Scalar) -> JSONValue {
    guard scalar.style == .plain else { return .string(scalar.string) }
    if ["", "~", "null"].contains(scalar.string) { return .null }
    if let flag = Bool(scalar.string) { return .bool(flag) }
    if let number = try? StrictJSON.parse(Array(scalar.string.utf8)), number.double != nil { return number }
    return .string(scalar.string)
  }
}
