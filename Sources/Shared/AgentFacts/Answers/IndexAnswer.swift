import Wire

/// The answer to `GET /nanda/index`: one page of the agents that everybody may see.
package struct IndexAnswer: JSONWritable {
  package let generatedAt: Timestamp
  package let registry: RegistryID
  package let agents: [AgentDocument]
  /// Of all pages.
  package let totalCount: Int
  /// What to send as `cursor` for the agents that follow; nil where none do.
  package let next: AgentKey?

  package init(
    generatedAt: Timestamp, registry: RegistryID, agents: [AgentDocument], totalCount: Int, next: AgentKey?
  ) {
    self.generatedAt = generatedAt
    self.registry = registry
    self.agents = agents
    self.totalCount = totalCount
    self.next = next
  }

  package func write(to writer: inout JSONWriter) {
    writer.member("{\"generated_at\":", generatedAt.agentFactsText)
    writer.member(",\"registry_id\":", registry.text)
    writer.raw(",\"agents\":[")
    for (index, agent) in agents.enumerated() {
      if index > 0 { writer.raw(",") }
      writer.written(agent.json)
    }
    writer.raw("],\"signature\":null,\"total_count\":")
    JSONValue(totalCount).write(to: &writer)
    writer.member(",\"next_cursor\":", next?.text)
    writer.raw("}")
  }

  package var json: [UInt8] {
    var writer = JSONWriter(capacity: 256 + agents.reduce(0) { $0 + $1.json.count + 1 })
    write(to: &writer)
    return writer.bytes
  }
}
