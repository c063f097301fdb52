import Wire

extension Registry {
  /// A document that tells nothing of an agent but what it was called, for those who are to forget it: the form with its names in it, and
  /// placeholders where it asks for more.
  package func namesAlone(_ key: AgentKey, at now: Timestamp) -> AgentDocument {
    let words = "this registry tells nothing of it"
    let own: JSONObject = [
      "namespace": key.namespace.json, "original_id": key.id.json, "public": false, "classification": .null,
      "card_template": .null, "endpoints_extended": [],
      "provenance": .object(
        FieldOrigin(
          invented: ["id", "provider.did", "skills"],
          defaulted: ["agent_name", "label", "description", "version", "endpoints"]
        ).fields),
    ]
    let facts = AgentFacts(
      id: did(key), handle: handle(key), agentName: key.id.text, label: "withheld", description: words,
      version: "0.0.0", provider: provider, endpoints: Endpoints(),
      capabilities: Capabilities(authentication: Authentication(methods: [])),
      skills: SkillList(Skill(id: "urn:\(id):withheld", description: words)),
      metadata: JSONObject(dictionaryLiteral: (extensionKey, .object(own))),
      proof: Proof(
        profile: GovernedModel.proofProfile, method: GovernedModel.proofMethod, outcome: .notVerified(reason: words),
        at: now))
    return AgentDocument(facts, key: key)
  }
}
