import Wire

/// By what a registry tells its agents apart: their namespace and their id in it. Ordered by the bytes of `namespace/id`.
package struct AgentKey: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let namespace: AgentNamespace
  package let id: AgentID

  package init(_ namespace: AgentNamespace, _ id: AgentID) {
    self.namespace = namespace
    self.id = id
  }

  /// Reads `namespace/id`.
  package init?(_ text: String) {
    guard let slash = text.firstIndex(of: "/"), let namespace = AgentNamespace(String(text[..<slash])),
      let id = AgentID(String(text[text.index(after: slash)...]))
    else { return nil }
    self.init(namespace, id)
  }

  package var text: String { "\(namespace)/\(id)" }
  package var description: String { text }

  package static func < (left: AgentKey, right: AgentKey) -> Bool {
    guard left.namespace != right.namespace else { return left.id < right.id }
    return left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }
}

/// Where an agent's id is its own.
package struct AgentNamespace: Identifier {
  package static let rule = "1 to 64 of A-Z a-z 0-9 . _ - beginning with a letter or digit"
  /// Of the models that the planes govern.
  package static let models = AgentNamespace(checked: "models")
  /// Of agents that name none, as in `sm-bridge`.
  package static let standard = AgentNamespace(checked: "default")

  package let text: String
  package init(checked text: String) { self.text = text }

  package static func accepts(_ text: String.UTF8View) -> Bool { NamePart.accepts(text, maximum: 64, besides: "._-") }
}

/// What an agent is called in its registry; every model's id is one.
package struct AgentID: Identifier {
  package static let rule = "1 to 200 of A-Z a-z 0-9 . _ : / - beginning with a letter or digit"

  package let text: String
  package init(checked text: String) { self.text = text }
  package init(_ model: ModelID) { text = model.text }

  package static func accepts(_ text: String.UTF8View) -> Bool {
    NamePart.accepts(text, maximum: 200, besides: "._:/-")
  }
}

extension AgentKey {
  package init(_ model: ModelID) { self.init(.models, AgentID(model)) }
}

enum NamePart {
  /// Letters and digits of ASCII, and `marks` after the first.
  static func accepts(_ text: String.UTF8View, maximum: Int, besides marks: String) -> Bool {
    guard (1...maximum).contains(text.count), let first = text.first, isAlphanumeric(first) else { return false }
    return text.allSatisfy { isAlphanumeric($0) || marks.utf8.contains($0) }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
  }
}
