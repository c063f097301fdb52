import Attestations
import Signing
import Testing
import Wire

@testable import Metadata

@Suite struct ModelProvenanceTests {
  private func provenance(_ text: String, as format: ProvenanceFormat) throws -> ModelProvenance {
    try ModelProvenance(Papers.object(text), as: format)
  }

  @Test(arguments: [
    "{}", #"{"provider_id": "local"}"#, #"{"model_id": ""}"#, #"{"model_id": null}"#, #"{"model_id": 0}"#,
  ])
  func aProvenanceWithoutAModelIsRefused(text: String) {
    let error = #expect(throws: FieldError.self) { try provenance(text, as: .provenance) }
    #expect(error?.field == "provenance.model_id")
  }

  @Test func theIntegrityLayerTakesAnEmptyModelButNotAMissingOne() throws {
    #expect(try provenance(#"{"model_id": ""}"#, as: .integrity).dictionary(.integrity).isEmpty)
    #expect(throws: FieldError.self) { try provenance("{}", as: .integrity) }
  }

  @Test func onlyEmptyTextsAreLeftOutOfTheProvenancePackagesShape() throws {
    let given =
      #"{"model_id": "m", "model_version": null, "provider_id": "", "model_type": 0, "risk_level": false, "extra": 1}"#
    let expected = #"{"model_id":"m","model_version":null,"model_type":0,"risk_level":false}"#
    #expect(JSONValue.object(try provenance(given, as: .provenance).dictionary(.provenance)).jsonText == expected)
  }

  @Test func everythingFalseIsLeftOutOfTheIntegrityLayersShape() throws {
    let given = #"""
      {"model_id": "m", "model_version": null, "provider_id": "", "model_type": 0, "base_model": 0.0, "risk_level": false,
       "governance_tier": [], "weights_hash": {}, "hash_algorithm": "sha256", "created_at": "t", "attestation_method": "x"}
      """#
    let expected = #"{"model_id":"m","hash_algorithm":"sha256","created_at":"t","attestation_method":"x"}"#
    #expect(JSONValue.object(try provenance(given, as: .integrity).dictionary(.integrity)).jsonText == expected)
  }

  @Test func theThreeFieldsOfTheIntegrityLayerAreNotTheOtherPackages() throws {
    let given = #"{"model_id": "m", "hash_algorithm": "sha256", "created_at": "t", "attestation_method": "x"}"#
    #expect(try provenance(given, as: .integrity).dictionary(.provenance).members.map(\.key) == ["model_id"])
  }

  @Test func theExtensionsOfAgents() throws {
    let local = try provenance(#"{"model_id": "phi3-mini", "provider_id": "local"}"#, as: .provenance)
    let inner: JSONValue = ["model_id": "phi3-mini", "provider_id": "local"]
    #expect(local.agentFactsExtension() == ["x_model_provenance": inner])
    #expect(local.agentFactsExtension(key: "x_house") == ["x_house": inner])
    #expect(local.agentCardMetadata() == ["model_info": inner])
  }

  @Test func aDecisionNamesModelVersionAndProviderAsFarAsTheyAreKnown() throws {
    let given = #"{"model_id": "m", "model_version": null, "provider_id": "local", "risk_level": "low"}"#
    #expect(try provenance(given, as: .provenance).decisionFields == ["model_id": "m", "provider_id": "local"])
  }

  @Test func theCanonicalFormIsTheVectors() throws {
    let known = try #require(Papers.vectors["attestation"]?.object)
    let provenance = try ModelProvenance(try #require(known["provenance"]?.object), as: .integrity)
    let canonical = NandaCanonicalJSON.encode(.object(provenance.dictionary(.integrity)))
    #expect(String(decoding: canonical, as: UTF8.self) == known["canonical"]?.string)
    #expect(provenance.canonical.digest.hex == known["attestation"]?.object?["provenance_digest"]?.string)
  }
}
