import Wire

/// Which agent a client means, by one of the names that `sm-bridge` 0.8.0 takes. One that names another registry is not looked up
/// here: an answer would be this registry's word about somebody else's agent.
package struct AgentReference: Sendable, Equatable {
  /// Nil where the client named none: the id alone must tell.
  package let namespace: AgentNamespace?
  package let id: AgentID

  /// The question of `GET /nanda/resolve`.
  ///
  /// - Throws: `QueryRefusal`: `invalid` without an `agent`, `foreign`, or `notFound` for what can be no agent's name.
  package init(_ parameters: QueryParameters, in registry: Registry) throws(QueryRefusal) {
    guard let text = parameters["agent"] else { throw .invalid([.missing("agent")]) }
    try self.init(text, in: registry)
  }

  /// Reads `@registry:namespace/id`, `@registry/id`, `@id`, a `did:web` below the provider's, or an id.
  package init(_ text: String, in registry: Registry) throws(QueryRefusal) {
    guard !text.isEmpty else { throw .foreign }
    if let handle = text.dropping(prefix: "@") {
      try self.init(handle: handle, in: registry)
    } else if text.dropping(prefix: WebDID.scheme) != nil {
      try self.init(did: text, in: registry)
    } else if text.dropping(prefix: "did:") != nil || text.dropping(prefix: "urn:") != nil {
      throw .foreign
    } else {
      try self.init(namespace: nil, id: text)
    }
  }

  private init(handle: String, in registry: Registry) throws(QueryRefusal) {
    guard let slash = handle.firstIndex(of: "/") else {
      guard !handle.isEmpty else { throw .foreign }
      try self.init(namespace: nil, id: handle)
      return
    }
    let scope = handle[..<slash].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let id = handle[handle.index(after: slash)...]
    guard let name = scope.first, String(name).hasSameBytes(as: registry.id.text), !id.isEmpty else { throw .foreign }
    try self.init(namespace: scope.count > 1 ? String(scope[1]) : nil, id: String(id))
  }

  private init(did: String, in registry: Registry) throws(QueryRefusal) {
    guard let parts = registry.providerDID.parts(of: did), let id = parts.last, !id.isEmpty else { throw .foreign }
    switch parts.count {
    case 1: try self.init(namespace: nil, id: id)
    case 3 where parts[0] == "agents": try self.init(namespace: parts[1], id: id)
    default: throw .notFound
    }
  }

  /// Names that no agent can have are names of nobody.
  private init(namespace: String?, id: String) throws(QueryRefusal) {
    guard let agent = AgentID(id) else { throw .notFound }
    self.id = agent
    self.namespace = namespace.flatMap { AgentNamespace($0) }
    if namespace != nil, self.namespace == nil { throw .notFound }
  }
}
