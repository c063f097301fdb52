import Wire

// A value tree as a list of nodes, counted in the order in which they stand in the text.
extension JSONValue {
  /// This value and all that stand in it.
  var nodes: [JSONValue] {
    switch self {
    case .array(let items): [self] + items.flatMap(\.nodes)
    case .object(let object): [self] + object.members.flatMap(\.value.nodes)
    default: [self]
    }
  }

  /// The same tree with the node at `place` of `nodes` changed.
  func replacing(_ place: Int, _ change: (JSONValue) -> JSONValue) -> JSONValue {
    var left = place
    return visit { node in
      defer { left -= 1 }
      return left == 0 ? change(node) : nil
    }
  }

  /// The same tree with every node that equals `old` changed to `new`.
  func replacingAll(_ old: JSONValue, with new: JSONValue) -> JSONValue { visit { $0 == old ? new : nil } }

  /// Asks `change` for each node in order; what it changes is not entered.
  private func visit(_ change: (JSONValue) -> JSONValue?) -> JSONValue {
    if let changed = change(self) { return changed }
    switch self {
    case .array(let items): return .array(items.map { $0.visit(change) })
    case .object(let object):
      var copy = JSONObject()
      for member in object.members { copy.append(member.key, member.value.visit(change)) }
      return .object(copy)
    default: return self
    }
  }

  func withoutMember(_ index: Int) -> JSONValue {
    switch self {
    case .array(let items) where !items.isEmpty:
      return .array(items.enumerated().filter { $0.offset != index % items.count }.map(\.element))
    case .object(let object) where !object.isEmpty:
      var copy = JSONObject()
      for (offset, member) in object.members.enumerated() where offset != index % object.members.count {
        copy.append(member.key, member.value)
      }
      return .object(copy)
    default: return self
    }
  }

  /// With one more member or item. A name that is no text is that of the last member, which then stands twice.
  func withMember(named name: JSONValue?, _ value: JSONValue) -> JSONValue {
    switch self {
    case .array(let items): return .array(items + [value])
    case .object(var object):
      object.append(name?.string ?? object.members.last?.key ?? "", value)
      return .object(object)
    default: return self
    }
  }
}
