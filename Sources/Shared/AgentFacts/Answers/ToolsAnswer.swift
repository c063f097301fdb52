import Wire

/// A tool that the agents of a registry can use.
package struct Tool: Sendable, Equatable {
  package let id: String
  package let description: String
  package let endpoint: String
  package let parameters: [String]
  package let version: String

  package init(id: String, description: String, endpoint: String, parameters: [String] = [], version: String = "v1") {
    self.id = id
    self.description = description
    self.endpoint = endpoint
    self.parameters = parameters
    self.version = version
  }

  /// The form in which a config lists one: `tool_id`, `description`, `endpoint`, `params`, `version`.
  package init(_ object: JSONObject, _ name: String = "tools") throws(FieldError) {
    var reader = ObjectReader(object, name)
    id = try reader.string("tool_id", maximum: 200)
    description = try reader.string("description")
    endpoint = try reader.string("endpoint")
    parameters = try reader.optionalStrings("params", maximum: 64) ?? []
    version = try reader.optionalString("version", maximum: 64) ?? "v1"
    try reader.finish()
  }

  var fields: JSONObject {
    [
      "tool_id": .string(id), "description": .string(description), "endpoint": .string(endpoint),
      "params": .init(parameters), "version": .string(version),
    ]
  }
}

/// The answer to `GET /nanda/tools`.
package struct ToolsAnswer: Sendable {
  package let registry: RegistryID
  package let tools: [Tool]

  package init(registry: RegistryID, tools: [Tool]) {
    self.registry = registry
    self.tools = tools
  }

  package var fields: JSONObject {
    ["registry_id": registry.json, "tools": .array(tools.map { .object($0.fields) })]
  }
}
