import Wire

/// An agent as a bridge's config lists it: the `SimpleAgent` form of `sm-bridge` 0.8.0, and the governed model that the agent runs on.
package struct SimpleAgent: Sendable, Equatable {
  package let key: AgentKey
  package let name: String
  package let description: String
  package let version: String
  package let labels: [String]
  package let skills: [SimpleSkill]
  package let endpoints: [NamedEndpoint]
  package let metadata: JSONObject
  package let isPublic: Bool
  package let classification: String?
  package let cardTemplate: String?
  package let dynamicEndpoints: [String]
  package let adaptiveResolver: AdaptiveResolver?
  package let streaming: Bool
  package let batch: Bool
  package let authentication: Authentication
  package let claim: CertificationClaim
  package let evaluations: Evaluations?
  package let telemetry: Telemetry?
  /// The governed model that the agent runs on.
  package let model: ModelID
  /// Where it runs; nil for wherever that model may run.
  package let environment: EnvironmentName?
}

/// A URL by what it is for.
package struct NamedEndpoint: Sendable, Equatable {
  package let name: String
  package let url: String
}

/// What an agent's operator says of its certification.
package struct CertificationClaim: Sendable, Equatable {
  package let level: Certification.Level
  /// The provider, where it names nobody.
  package let issuer: String?
  package let attestations: [String]
}

/// A skill as an operator or a card lists it, with what the form made of it.
package struct SimpleSkill: Sendable, Equatable {
  package let skill: Skill
  /// Members that are the form's and not the source's.
  package let defaulted: [String]
  /// The source's members that the form has no place for.
  package let dropped: [String]
}
