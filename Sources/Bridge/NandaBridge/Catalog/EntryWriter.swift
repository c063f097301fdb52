import AgentFacts
import Attestations
import Signing
import Wire

/// Puts what is known of a model into the words of NANDA.
struct EntryWriter: Sendable {
  let config: BridgeConfig
  let now: Timestamp

  func entry(of standing: ModelStanding) -> CatalogEntry {
    let passed = standing.decisions.values.filter { $0.allows(at: now) }
    let key = AgentKey(standing.model)
    return CatalogEntry(
      key: key, model: standing.model, isPublic: !config.privateModels.contains(standing.model),
      fresh: AgentDocument(
        facts(of: standing, by: standing.environments(at: now).first.flatMap { standing.decisions[$0] }), key: key),
      stale: AgentDocument(facts(of: standing, by: nil), key: key),
      freshUntil: min(passed.map(\.validUntil).min() ?? now, standing.approved.approval.expiresAt),
      news: News(facts: Digest(hashing: facts(of: standing, by: nil).fields.serialized()), mayRun: mayRun(standing)))
  }

  private func mayRun(_ standing: ModelStanding) -> Bool? {
    standing.decisions.isEmpty ? nil : standing.decisions.values.contains(where: \.passed)
  }

  /// - Parameter decision: nil where none lets it run.
  private func facts(of standing: ModelStanding, by decision: RunDecision?) -> AgentFacts {
    let key = AgentKey(standing.model)
    let approval = standing.approved.approval
    return AgentFacts(
      id: config.registry.did(key), handle: config.registry.handle(key), agentName: standing.model.text,
      label: "model", description: "Governed model \(standing.model)", version: approval.correlationID?.text ?? "1",
      provider: config.registry.provider, endpoints: Endpoints(),
      capabilities: Capabilities(), skills: SkillList(Skill(id: "model", description: standing.model.text)),
      certification: decision.map { _ in
        Certification(
          level: .verified, issuer: config.registry.provider.name, issuedAt: approval.approvedAt,
          expiresAt: approval.expiresAt)
      },
      metadata: ["x_model_governance": .object(governance(standing.approved, decision))],
      proof: Proof(
        profile: "nanda-model-governance", method: "slsa-vsa",
        outcome: decision.map { .verified(evidence: $0.attestation.payloadDigest.description) }
          ?? .notVerified(reason: "no decision of the serving plane that holds now lets it run"),
        at: decision?.decidedAt ?? approval.approvedAt))
  }

  private func governance(_ approved: ApprovedModel, _ decision: RunDecision?) -> JSONObject {
    [
      "approval_id": .string(approved.approval.approvalID.text),
      "approval_digest": .string(approved.digest.description),
      "weights_hash": .string(approved.approval.weightsHash.description),
      "environments": .init(approved.approval.environments.map(\.text)),
      "approvers": .init(approved.approvers.map(\.text)),
      "expires_at": .string(approved.approval.expiresAt.attestationText),
      "decision": decision?.attestation.json ?? .null,
    ]
  }
}
