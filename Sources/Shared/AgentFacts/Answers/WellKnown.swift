import Wire

/// `/.well-known/nanda.json`: by what others find a registry's endpoints.
package struct WellKnown: Sendable {
  package let registry: Registry
  package let tools: [Tool]
  /// Under which the endpoints are served: `/nanda`.
  package let prefix: String

  package init(registry: Registry, tools: [Tool], prefix: String = "/nanda") {
    self.registry = registry
    self.tools = tools
    self.prefix = prefix
  }

  package var fields: JSONObject {
    let endpoints = registry.baseURL + prefix
    return [
      "registry_id": registry.id.json, "registry_did": .string(registry.did.text),
      "namespaces": .init(registry.namespaces), "index_url": .string(endpoints + "/index"),
      "resolve_url": .string(endpoints + "/resolve"), "deltas_url": .string(endpoints + "/deltas"),
      "tools_url": tools.isEmpty ? .null : .string(endpoints + "/tools"), "a2a_send_url": .null,
      "provider": .object(registry.provider.fields),
      "capabilities": .init(["agentfacts", "deltas"] + (tools.isEmpty ? [] : ["mcp-tools"])), "peers": .null,
    ]
  }
}
