import Wire

/// What became of an agent.
package enum DeltaAction: String, Sendable, CaseIterable {
  /// It is there, as its facts say.
  case upsert
  /// It is not there any more, and nothing is wrong with it.
  case delete
  /// It must not be used any more.
  case revoke
}

/// One change of the list of agents.
package struct AgentDelta: Sendable, Equatable {
  /// From 1, ascending.
  package let sequence: Int
  package let action: DeltaAction
  package let recordedAt: Timestamp
  /// As the agent was then.
  package let agent: AgentDocument

  package init(sequence: Int, action: DeltaAction, recordedAt: Timestamp, agent: AgentDocument) {
    self.sequence = sequence
    self.action = action
    self.recordedAt = recordedAt
    self.agent = agent
  }
}

/// The answer to `GET /nanda/deltas`: changes after a cursor, in their order.
package struct DeltaAnswer: JSONWritable {
  package let registry: RegistryID
  package let generatedAt: Timestamp
  package let deltas: [AgentDelta]
  /// What to send as `since` for what follows these.
  package let next: Int

  package init(registry: RegistryID, generatedAt: Timestamp, deltas: [AgentDelta], next: Int) {
    self.registry = registry
    self.generatedAt = generatedAt
    self.deltas = deltas
    self.next = next
  }

  package func write(to writer: inout JSONWriter) {
    writer.member("{\"registry_id\":", registry.text)
    writer.member(",\"generated_at\":", generatedAt.agentFactsText)
    writer.raw(",\"deltas\":[")
    for (index, delta) in deltas.enumerated() {
      writer.raw(index > 0 ? ",{\"seq\":" : "{\"seq\":")
      JSONValue(delta.sequence).write(to: &writer)
      writer.member(",\"action\":", delta.action.rawValue)
      writer.member(",\"recorded_at\":", delta.recordedAt.agentFactsText)
      writer.raw(",\"agent\":")
      writer.written(delta.agent.json)
      writer.raw(",\"signature\":null}")
    }
    writer.raw("],\"next_seq\":")
    JSONValue(next).write(to: &writer)
    writer.raw("}")
  }

  package var json: [UInt8] {
    var writer = JSONWriter(capacity: 256 + deltas.reduce(0) { $0 + $1.agent.json.count + 128 })
    write(to: &writer)
    return writer.bytes
  }
}
