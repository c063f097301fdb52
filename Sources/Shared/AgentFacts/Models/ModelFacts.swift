import Attestations
import Metadata
import Signing
import Wire

// A governed model as an agent of a registry.
extension GovernedModel {
  /// - Parameter now: by which the decisions are judged: after their end they are told as history, never as "may run".
  package func facts(in registry: Registry, at now: Timestamp) -> AgentFacts {
    let described = approved.description
    let (skills, endpoints) = (approved.skills.list(in: registry), registry.endpoints(of: self, at: now))
    return AgentFacts(
      id: registry.did(key), handle: registry.handle(key), agentName: modelID.text, label: described.label,
      description: described.text, version: described.version, provider: registry.provider,
      endpoints: Endpoints(fixed: endpoints),
      capabilities: Capabilities(
        modalities: approved.skills.modalities, skills: skills.all.map(\.id),
        authentication: Authentication(methods: [])),
      skills: skills, certification: certification(at: now, by: registry.provider),
      evaluations: evidence.map { Evaluations(auditTrail: $0.id) }, metadata: metadata(in: registry, at: now),
      proof: proof(at: now))
  }

  package func document(in registry: Registry, at now: Timestamp) -> AgentDocument {
    AgentDocument(facts(in: registry, at: now), key: key)
  }

  private func metadata(in registry: Registry, at now: Timestamp) -> JSONObject {
    var origin = FieldOrigin(invented: ["id", "provider.did"]) + approved.description.origin + approved.skills.origin
    if registry.modelEndpoint == nil { origin.defaulted.append("endpoints") }
    let own: JSONObject = [
      "namespace": key.namespace.json, "original_id": key.id.json, "public": true, "classification": .null,
      "card_template": .null, "endpoints_extended": [], "provenance": .object(origin.fields),
    ]
    let integrity = IntegrityExtension(
      provenance: approved.provenance, lineage: approved.lineage, attestation: approved.unverifiedAttestation,
      governance: governanceFacts(at: now)?.fields)
    var metadata = integrity.attached(
      to: JSONObject(dictionaryLiteral: (registry.extensionKey, .object(own))), includingProvenance: true)
    let governance = GovernanceExtension(model: self, environment: nil, now: now)
    metadata.append(GovernanceExtension.key, .object(governance.fields))
    return metadata
  }

  /// Nil while nobody knows how the approval stands.
  private func governanceFacts(at now: Timestamp) -> GovernanceFacts? {
    let (held, isRevoked) = (approved.held, decisions.contains { $0.denies(.revocation) })
    let hasQuorum = held.quorum.shortfall(approval, policy: approved.root.policy) == nil
    let status: String? =
      switch standing(at: now) {
      case .mayRun: "active"
      case .mayNotRun where isRevoked: "revoked"
      case .mayNotRun where approval.expiresAt <= now: "expired"
      case .mayNotRun: held.isSignedByGovernance ? "active" : "pending"
      case .unknown, .neverAsked: nil
      }
    return status.map { GovernanceFacts(approval, status: $0, hasQuorum: hasQuorum) }
  }
}

extension VerifiedDecision {
  fileprivate func denies(_ gate: Gate) -> Bool { gates.contains { $0.gate == gate && !$0.passed && !$0.isUnread } }
}

extension GateResult {
  /// A gate that had nothing to judge fails too, and says so.
  fileprivate var isUnread: Bool { reason.hasPrefix("not evaluated") }
}

// What is claimed, and what it rests on.
extension GovernedModel {
  static let proofProfile = "nanda-model-governance"
  /// A DSSE envelope with Ed25519 signatures around a SLSA verification summary.
  static let proofMethod = "dsse-ed25519-slsa-vsa"

  /// Stands while the model may run, and ends with the approval.
  ///
  /// - Parameter claim: what an agent's operator says of it; nil for the model itself.
  func certification(
    at now: Timestamp, in environment: EnvironmentName? = nil, claim: CertificationClaim? = nil, by provider: Provider
  ) -> Certification? {
    guard standing(at: now, in: environment).mayRun else { return nil }
    return Certification(
      level: claim?.level ?? .verified, issuer: claim?.issuer ?? provider.name,
      attestations: (claim?.attestations ?? []) + ["nanda-attestation:model-approval:\(approved.held.digest)"],
      issuedAt: approval.approvedAt, expiresAt: approval.expiresAt)
  }

  /// What this registry found when it verified the serving plane's decision.
  func proof(at now: Timestamp, in environment: EnvironmentName? = nil) -> Proof {
    let decision = deciding(at: now, in: environment)
    let (outcome, time): (Proof.Outcome, Timestamp) =
      switch (standing(at: now, in: environment), decision) {
      case (.mayRun, let decision?): (.verified(evidence: decision.digest.description), decision.timeVerified)
      case (.mayNotRun(let reason), let decision):
        (.failed(reason: reason, evidence: decision?.digest.description), decision?.timeVerified ?? now)
      case (.unknown(let since), _):
        (.notVerified(reason: "the serving plane's last decision held until \(since)"), since)
      case (.mayRun, nil), (.neverAsked, _):
        (.notVerified(reason: "the serving plane has decided nothing about it"), now)
      }
    return Proof(profile: Self.proofProfile, method: Self.proofMethod, outcome: outcome, at: time)
  }
}

extension Registry {
  /// Where a model is reached: the template with the places where it may run.
  func endpoints(of model: GovernedModel, at now: Timestamp) -> [String] {
    guard let modelEndpoint else { return [] }
    let places = model.decisions.filter { $0.passed && $0.holds(at: now) }.compactMap(\.environment)
    var urls: [String] = []
    for place in places {
      let url = modelEndpoint.replacing("{model}", with: model.modelID.text).replacing(
        "{environment}", with: place.text)
      if !urls.contains(url) { urls.append(url) }
    }
    return urls
  }
}
