import Attestations
import Metadata
import Wire

// An agent of a bridge's config as `SimpleAgentConverter` of `sm-bridge` 0.8.0 has it, with the standing of the model that it runs on.
extension SimpleAgent {
  /// - Parameter governed: the model that the agent runs on.
  /// - Throws: `FieldError` for another model than the config names.
  package func facts(
    on governed: GovernedModel, in registry: Registry, at now: Timestamp
  ) throws(FieldError) -> AgentFacts {
    guard governed.modelID == model else {
      throw FieldError("model", "\(key) runs on \(model), not \(governed.modelID)")
    }
    let list = SkillList(skills.map(\.skill)) ?? SkillList(placeholder(registry))
    let urls = endpoints.map(\.url)
    return AgentFacts(
      id: registry.did(key), handle: registry.handle(key), agentName: name, label: labels.first ?? key.namespace.text,
      description: description, version: version, provider: registry.provider,
      endpoints: Endpoints(
        fixed: urls.isEmpty ? [standardEndpoint(registry)] : urls, dynamic: dynamicEndpoints,
        adaptiveResolver: adaptiveResolver),
      capabilities: Capabilities(
        modalities: labels, skills: skills.map(\.skill.id), authentication: authentication, streaming: streaming,
        batch: batch),
      skills: list,
      certification: governed.certification(at: now, in: environment, claim: claim, by: registry.provider),
      evaluations: evaluations, telemetry: telemetry,
      metadata: metadata(on: governed, in: registry, at: now), proof: governed.proof(at: now, in: environment))
  }

  /// Whether the agent is listed: while it is public, and its model may run where it runs on it.
  package func isListed(on governed: GovernedModel, at now: Timestamp) -> Bool {
    isPublic && governed.modelID == model && governed.standing(at: now, in: environment).mayRun
  }

  private func standardEndpoint(_ registry: Registry) -> String { "\(registry.baseURL)/agents/\(key.id)" }

  private func placeholder(_ registry: Registry) -> Skill {
    Skill(
      id: "urn:\(registry.id):agent",
      description: "No skills declared by \(registry.provider.name); placeholder for schema validity")
  }

  private func metadata(on governed: GovernedModel, in registry: Registry, at now: Timestamp) -> JSONObject {
    var own: JSONObject = [
      "namespace": key.namespace.json, "original_id": key.id.json, "public": .bool(isPublic),
      "classification": .init(classification), "card_template": .init(cardTemplate),
      "endpoints_extended": .array(extendedEndpoints.map { .object($0) }),
    ]
    // What the config says comes first, and nothing of it stands in the place of what is the registry's to say.
    let reserved = own.members.map(\.key) + ["provenance", "synthesized"]
    for member in self.metadata.members where !reserved.contains(member.key) { own.append(member.key, member.value) }
    own.append("provenance", .object(origin.fields))
    own.append("synthesized", .init(skills.isEmpty ? ["skills"] : []))
    return [
      registry.extensionKey: .object(own),
      ModelProvenance.extensionKey: .object(governed.approved.provenance.dictionary(.provenance)),
      GovernanceExtension.key: .object(
        GovernanceExtension(model: governed, environment: environment, now: now).fields),
    ]
  }

  private var extendedEndpoints: [JSONObject] {
    let named = endpoints.map { Self.extended($0.url, $0.name.replacing("_", with: " ").capitalizedWords, $0.name) }
    return named
      + dynamicEndpoints.enumerated().map { Self.extended($1, "Dynamic Endpoint", "dynamic_\($0)") }
  }

  private static func extended(_ url: String, _ description: String, _ key: String) -> JSONObject {
    [
      "url": .string(url), "protocol": url.hasPrefix("https") ? "https" : "http",
      "description": .string(description), "key": .string(key),
    ]
  }

  private var origin: FieldOrigin {
    var origin = FieldOrigin(invented: ["id", "provider.did"])
    if endpoints.isEmpty { origin.invented.append("endpoints.static") }
    if skills.isEmpty { origin.invented.append("skills") }
    for (index, skill) in skills.enumerated() {
      origin.defaulted += skill.defaulted.map { "skills[\(index)].\($0)" }
      origin.dropped += skill.dropped.map { "skills[\(index)].\($0)" }
    }
    if labels.isEmpty { origin.defaulted.append("label") }
    return origin
  }
}

extension String {
  /// Each word with a capital, as Python's `title` writes it.
  fileprivate var capitalizedWords: String {
    split(separator: " ", omittingEmptySubsequences: false)
      .map { $0.prefix(1).uppercased() + $0.dropFirst().lowercased() }.joined(separator: " ")
  }
}
