import Signing
import Wire

/// An agent's facts as they are served: written once, and put into every answer as they are.
package struct AgentDocument: Sendable, Equatable {
  package let key: AgentKey
  /// One JSON object.
  package let json: [UInt8]

  package init(_ facts: AgentFacts, key: AgentKey) {
    self.init(key: key, json: facts.fields.serialized())
  }

  /// One that was written before, and kept.
  package init(key: AgentKey, json: [UInt8]) {
    self.key = key
    self.json = json
  }

  /// Of the bytes: what an ETag is made of.
  package var digest: Digest { Digest(hashing: json) }
}
