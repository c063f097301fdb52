import Attestations
import MerkleLog
import Signing
import TestSupport
import Testing
import Wire

@testable import AgentFacts

/// A governed model as a registry tells of it.
@Suite struct ModelFactsTests {
  private let noon = ModelHouse.noon

  // What must not be told.

  @Test func aModelMayRunNoLongerThanItsDecisionHolds() throws {
    let model = try ModelHouse().running()
    let end = noon.adding(seconds: 60)
    #expect(model.standing(at: noon) == .mayRun(until: end))
    #expect(model.standing(at: end) == .unknown(since: end))
    let facts = model.facts(in: try ModelHouse().registry, at: end)
    #expect(facts.certification == nil)
    #expect(facts.proof?.fields["status"] == "NOT_VERIFIED")
    #expect(facts.proof?.fields["evidence_ref"] == .null)
    #expect(facts.governance["standing"]?.object?["status"] == "stale")
    #expect(facts.governance["standing"]?.object?["stale_since"] == .string(end.attestationText))
    #expect(facts.metadata["x_model_integrity"]?.object?["governance"] == nil)
  }

  @Test func aDecisionFromTheFutureIsNone() throws {
    let house = try ModelHouse()
    let model = try house.governed([house.decision(at: noon.adding(seconds: 31))])
    #expect(!model.standing(at: noon).mayRun)
    #expect(try house.governed([house.decision(at: noon.adding(seconds: 30))]).standing(at: noon).mayRun)
  }

  @Test func aModelThatIsDeniedEverywhereMayNotRun() throws {
    let house = try ModelHouse()
    let model = try house.governed([
      house.decision(in: "production", failing: .revocation), house.decision(in: "staging", failing: .revocation),
    ])
    let facts = model.facts(in: house.registry, at: noon)
    #expect(model.standing(at: noon) == .mayNotRun(reason: "revocation: no"))
    #expect(facts.certification == nil)
    #expect(facts.proof?.fields["status"] == "FAILED")
    #expect(facts.proof?.fields["failure_reason"] == "revocation: no")
    #expect(facts.metadata["x_model_integrity"]?.object?["governance"]?.object?["status"] == "revoked")
  }

  @Test func aModelThatNobodyAskedAboutIsNotVerified() throws {
    let house = try ModelHouse()
    let facts = try house.governed([]).facts(in: house.registry, at: noon)
    #expect(facts.proof?.fields["status"] == "NOT_VERIFIED")
    #expect(facts.certification == nil)
  }

  @Test func aDecisionAboutAnotherApprovalIsRefused() throws {
    let house = try ModelHouse()
    let result = TestHouse.result(model: ModelHouse.model, weights: "other")
    let output = try house.house.trainingOutput(result)
    let signed = try house.house.signed(
      TestHouse.approval(of: output, result, id: "approval:0000000000000002"), by: ["alice", "governance-plane"])
    let other = try ProvenApproval.verify(approval: signed, training: output, root: house.house.root)
    let decision = try house.decision(of: other.held)
    #expect(throws: FieldError.self) { try house.governed([decision]) }
  }

  // What is told.

  @Test func aRunningModelIsCertifiedUntilItsApprovalEnds() throws {
    let house = try ModelHouse()
    let facts = try house.running().facts(in: house.registry, at: noon)
    let approval = house.approval.held
    #expect(
      facts.certification
        == Certification(
          level: .verified, issuer: "Acme", attestations: ["nanda-attestation:model-approval:\(approval.digest)"],
          issuedAt: approval.predicate.approvedAt, expiresAt: approval.predicate.expiresAt))
  }

  @Test func theProofNamesTheSignedDecisionThatIsInTheDocument() throws {
    let house = try ModelHouse()
    let facts = try house.running().facts(in: house.registry, at: noon)
    let decisions = facts.governance["decisions"]?.array ?? []
    let production = try #require(decisions.first?.object)
    #expect(decisions.count == 1)
    #expect(production["environment"] == "production" && production["result"] == "PASSED")
    #expect(facts.proof?.fields["status"] == "VERIFIED")
    #expect(facts.proof?.fields["evidence_ref"] == production["digest"])
    let envelope = try UnverifiedEnvelope(
      json: #require(production["attestation"]), maximumPayload: AttestationFormat.maximumPayload)
    #expect(production["digest"]?.string == envelope.payloadDigest.description)
    #expect(try house.verified(envelope).passed)
  }

  @Test func governanceTellsWhoApprovedWhatForWhereAndUntilWhen() throws {
    let house = try ModelHouse()
    let governance = try house.running().facts(in: house.registry, at: noon).governance
    let held = house.approval.held
    #expect(governance["approval_id"] == held.predicate.approvalID.json)
    #expect(governance["approval_digest"] == .string(held.digest.description))
    #expect(governance["weights_hash"] == .string(held.predicate.weightsHash.description))
    #expect(governance["approved_environments"] == ["production", "staging"])
    #expect(governance["approvers"] == ["alice", "bob"])
    #expect(governance["expires_at"] == .string(held.predicate.expiresAt.attestationText))
    #expect(governance["trust_root"]?.object?["first_digest"] == .string(house.house.root.digest.description))
    #expect(governance["standing"]?.object?["status"] == "may_run")
  }

  @Test func theModelsNamesFollowFromItsIDAndTheRegistry() throws {
    let house = try ModelHouse(modelEndpoint: "https://run.example/{environment}/{model}")
    let facts = try house.running().facts(in: house.registry, at: noon)
    #expect(facts.id == "did:web:acme.example:agents:models:acme%2Frisk%3Av2")
    #expect(facts.handle == "@my-reg:models/acme/risk:v2")
    #expect(facts.agentName == "acme/risk:v2")
    #expect(facts.endpoints.fixed == ["https://run.example/production/acme/risk:v2"])
    #expect(facts.provider == Provider(name: "Acme", url: "https://acme.example", did: "did:web:acme.example"))
  }

  @Test func whatTheCardDoesNotSayIsMarkedAsOurs() throws {
    let house = try ModelHouse()
    let facts = try house.running().facts(in: house.registry, at: noon)
    #expect(facts.own("provenance")?.object?["invented"] == ["id", "provider.did", "skills"])
    #expect(
      facts.own("provenance")?.object?["defaulted"]?.array == ["label", "description", "version", "endpoints"])
    #expect(facts.skills.all.map(\.id) == ["urn:my-reg:model"])
    #expect(facts.version.hasPrefix("0.0.0+sha256."))
  }

  @Test func skillsAndTextsComeFromTheCardAndTheProvenance() throws {
    let house = try ModelHouse(
      card: [
        "version": 3, "model_type": "lora_adapter", "description": "Scores loans", "modalities": ["text"],
        "skills": [["id": "score", "description": "Scores a loan", "cost": 1], "explain", 7, ["name": "rank"]],
      ], provenance: ["model_id": "acme/risk:v2", "provider_id": "acme"])
    let facts = try house.running().facts(in: house.registry, at: noon)
    #expect(facts.skills.all.map(\.id) == ["score", "explain", "rank"])
    #expect(facts.capabilities.skills == ["score", "explain", "rank"])
    #expect([facts.version, facts.label, facts.description] == ["3", "lora_adapter", "Scores loans"])
    #expect(facts.capabilities.modalities == ["text"])
    #expect(facts.own("provenance")?.object?["defaulted"] == ["skills[2].description", "endpoints"])
    #expect(facts.own("provenance")?.object?["dropped"] == ["skills[0].cost", "skills[2]"])
    #expect(facts.metadata["x_model_provenance"]?.object?["provider_id"] == "acme")
    #expect(facts.metadata["x_model_integrity"]?.object?["provenance"]?.object?["model_type"] == "lora_adapter")
  }

  @Test func tagsAreTakenForSkillsWhereACardListsNone() throws {
    let house = try ModelHouse(card: ["profile_tags": ["finance", "eu"]])
    let facts = try house.running().facts(in: house.registry, at: noon)
    #expect(facts.skills.all.map(\.id) == ["finance", "eu"])
    #expect(facts.own("provenance")?.object?["invented"] == ["id", "provider.did"])
  }

  // What counts as a change.

  @Test func anotherDecisionOfTheSameStandingIsNoChange() throws {
    let house = try ModelHouse()
    let later = try house.governed([
      house.decision(in: "production", at: noon.adding(seconds: 30)),
      house.decision(in: "staging", failing: .scope, at: noon.adding(seconds: 30)),
    ]).facts(in: house.registry, at: noon.adding(seconds: 31))
    let facts = try house.running().facts(in: house.registry, at: noon)
    #expect(later.fields != facts.fields)
    #expect(later.substance == facts.substance)
  }

  @Test func anotherStandingIsAChange() throws {
    let house = try ModelHouse()
    let model = try house.running()
    let denied = try house.governed([house.decision(failing: .revocation)])
    let substances = [
      model.facts(in: house.registry, at: noon), model.facts(in: house.registry, at: noon.adding(days: 1)),
      denied.facts(in: house.registry, at: noon),
    ].map(\.substance)
    #expect(Set(substances).count == 3)
  }
}
