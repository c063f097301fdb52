import Wire

/// What NANDA software knows an agent by: `SmAgentFacts` of the public `sm-bridge` 0.8.0, field for field and in its order. Nulls are
/// written. Extensions of ours stand in `metadata`, under names that begin with `x_`.
package struct AgentFacts: Sendable, Equatable {
  /// A DID.
  package var id: String
  /// `@registry:namespace/id`.
  package var handle: String?
  package var agentName: String
  package var label: String
  package var description: String
  package var version: String
  package var documentationURL: String?
  package var jurisdiction: String?
  package var provider: Provider
  package var endpoints: Endpoints
  package var capabilities: Capabilities
  package var skills: SkillList
  package var certification: Certification?
  package var evaluations: Evaluations?
  package var telemetry: Telemetry?
  package var metadata: JSONObject
  package var proof: Proof?

  package init(
    id: String, handle: String?, agentName: String, label: String, description: String, version: String,
    documentationURL: String? = nil, jurisdiction: String? = nil, provider: Provider, endpoints: Endpoints,
    capabilities: Capabilities, skills: SkillList, certification: Certification? = nil,
    evaluations: Evaluations? = nil, telemetry: Telemetry? = nil, metadata: JSONObject = [:], proof: Proof? = nil
  ) {
    self.id = id
    self.handle = handle
    self.agentName = agentName
    self.label = label
    self.description = description
    self.version = version
    self.documentationURL = documentationURL
    self.jurisdiction = jurisdiction
    self.provider = provider
    self.endpoints = endpoints
    self.capabilities = capabilities
    self.skills = skills
    self.certification = certification
    self.evaluations = evaluations
    self.telemetry = telemetry
    self.metadata = metadata
    self.proof = proof
  }

  package var fields: JSONObject {
    [
      "id": .string(id), "handle": .init(handle), "agent_name": .string(agentName), "label": .string(label),
      "description": .string(description), "version": .string(version), "documentationUrl": .init(documentationURL),
      "jurisdiction": .init(jurisdiction), "provider": .object(provider.fields), "endpoints": .object(endpoints.fields),
      "capabilities": .object(capabilities.fields), "skills": .array(skills.all.map { .object($0.fields) }),
      "certification": .orNull(certification?.fields), "evaluations": .orNull(evaluations?.fields),
      "telemetry": .orNull(telemetry?.fields), "metadata": .object(metadata), "proof": .orNull(proof?.fields),
    ]
  }
}
