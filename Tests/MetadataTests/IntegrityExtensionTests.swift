import Attestations
import Signing
import TestSupport
import Testing
import Wire

@testable import Metadata

@Suite struct IntegrityExtensionTests {
  let provenance: ModelProvenance
  let attestation: ProvenanceAttestation

  init() throws {
    provenance = try ModelProvenance(Papers.complete, as: .integrity)
    attestation = try .signed(provenance, by: try #require(Papers.vectorsKey), timestamp: "t")
  }

  @Test func whatIsAttachedIsExtractedButForGovernance() throws {
    let whole = IntegrityExtension(
      provenance: provenance, lineage: ModelLineage(of: provenance), attestation: attestation,
      governance: ["passed": true])
    let agent = whole.attached(to: ["name": "agent"])
    #expect(
      agent["x_model_integrity"]?.object?.members.map(\.key) == ["provenance", "lineage", "attestation", "governance"])
    let extracted = try #require(try IntegrityExtension.extract(from: agent))
    #expect(extracted.provenance.dictionary(.integrity) == provenance.dictionary(.integrity))
    #expect(extracted.lineage == whole.lineage && extracted.attestation == attestation && extracted.governance == nil)
  }

  @Test func whatIsAbsentIsLeftOut() throws {
    let bare = IntegrityExtension(provenance: provenance)
    #expect(bare.fields.members.map(\.key) == ["provenance"])
    #expect(try IntegrityExtension.extract(from: ["name": "agent"]) == nil)
  }

  @Test func attachingReplacesWhereItStandsAndTouchesNothingElse() throws {
    let agent = try Papers.object(#"{"x_model_integrity": {"provenance": {"model_id": "old"}}, "name": "agent"}"#)
    let attached = IntegrityExtension(provenance: provenance).attached(to: agent, includingProvenance: true)
    #expect(attached.members.map(\.key) == ["x_model_integrity", "name", "x_model_provenance"])
    #expect(attached["x_model_provenance"]?.object == provenance.dictionary(.integrity))
  }

  @Test(arguments: [
    #"{"x_model_integrity": 1}"#, #"{"x_model_integrity": {}}"#, #"{"x_model_integrity": {"provenance": {}}}"#,
    #"{"x_model_integrity": {"provenance": {"model_id": "m"}, "lineage": {}}}"#,
    #"{"x_model_integrity": {"provenance": {"model_id": "m"}, "attestation": {"signature": "ab"}}}"#,
  ]) func whatIsNoExtensionIsRefused(text: String) throws {
    let agent = try Papers.object(text)
    #expect(throws: FieldError.self) { try IntegrityExtension.extract(from: agent) }
  }

  @Test func anApprovalsFactsHaveUpstreamsFields() throws {
    let house = try TestHouse()
    let approval = TestHouse.approval(
      of: try house.trainingOutput(), environments: ["staging", "production"], required: 2)
    let facts = GovernanceFacts(approval, status: "active", hasQuorum: true)
    let governance = try #require(facts.agentExtension["governance"]?.object)
    #expect(
      governance.members.map(\.key) == [
        "approval_id", "model_id", "weights_hash", "approved_by", "approved_at", "expires_at", "status", "profile",
        "has_quorum", "approved_environments", "approved_scopes",
      ])
    #expect(governance["approved_scopes"] == .null && governance["has_quorum"] == true)
    #expect(GovernanceFacts.extractUnverified(from: facts.agentExtension) == facts.fields)
  }
}
