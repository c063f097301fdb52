import Attestations
import Signing
import Testing
import Wire

@testable import Metadata

/// The papers can never override what is being approved, whatever the profile.
@Suite struct IdentityTests {
  static let other = String(repeating: "0", count: 64)

  static let overrides: [(JSONObject, String)] = [
    (["model_id": "other"], "model_id"), (["model_id": ["phi3-mini"]], "model_id"),
    (["model_id": "phi3-mini "], "model_id"),
    (["weights_hash": .string(other)], "weights_hash"),
    (["weights_hash": .string(Papers.weights.hex.uppercased())], "weights_hash"),
    (["weights_hash": 7], "weights_hash"), (["weights_hash": "sha512:00"], "weights_hash"),
  ]

  @Test(arguments: overrides) func noPaperNamesAnotherModelOrOtherWeights(paper: JSONObject, field: String) throws {
    let nested: JSONObject = ["x_model_integrity": ["provenance": .object(paper)]]
    for (name, result) in [
      ("card", try Papers.result(card: paper)), ("provenance", try Papers.result(provenance: paper)),
      ("metadata.x_model_integrity.provenance", try Papers.result(metadata: nested)),
    ] {
      let report = Papers.report([], result)
      #expect(report.failures.map(\.policyName) == ["identity"])
      #expect(report.failures[0].message.hasPrefix("\(name).\(field) is not"))
      let provenance = ModelPapers(result).provenance
      #expect(provenance[.modelID] == "phi3-mini" && provenance[.weightsHash] == Papers.weights.hex)
    }
  }

  @Test(
    arguments: [
      ["model_id": "phi3-mini"], ["model_id": "", "weights_hash": .null],
      ["weights_hash": .string(Papers.weights.description)],
    ] as [JSONObject])
  func papersThatRepeatTheIdentityPass(paper: JSONObject) throws {
    #expect(Papers.report([], try Papers.result(card: paper, provenance: paper)).passed)
  }
}

@Suite struct VerifiedAttestationTests {
  let key: SecretKey
  let context: JudgingContext

  init() throws {
    key = try SecretKey.generate()
    context = JudgingContext(attesters: [key.publicKey])
  }

  private func result(
    _ provenance: JSONObject, attested: JSONObject? = nil, by signer: SecretKey? = nil, nested: Bool = false
  ) throws -> TrainingResult {
    let attested = try ModelProvenance(attested ?? provenance, as: .integrity)
    let attestation = try ProvenanceAttestation.signed(attested, by: signer ?? key, timestamp: "t").fields
    var integrity: JSONObject = ["attestation": .object(attestation)]
    if nested { integrity.append("provenance", .object(provenance)) }
    return try Papers.result(
      provenance: nested ? nil : provenance, metadata: ["x_model_integrity": .object(integrity)])
  }

  @Test(arguments: [true, false]) func anAttestersWordPasses(nested: Bool) throws {
    #expect(Papers.failure("verified_attestation", try result(Papers.complete, nested: nested), context) == nil)
  }

  @Test func aMethodThatIsOnlyNamedIsNoAttestation() throws {
    let claimed = try Papers.result(provenance: Papers.complete)
    #expect(Papers.failure("require_attestation", claimed) == nil)
    #expect(Papers.failure("verified_attestation", claimed, context)?.contains("carries no attestation") == true)
  }

  @Test func aStrangersWordDoesNotCount() throws {
    let foreign = try result(Papers.complete, by: try SecretKey.generate())
    #expect(Papers.failure("verified_attestation", foreign, context)?.contains("none of the known keys") == true)
    #expect(Papers.failure("verified_attestation", foreign)?.contains("no Ed25519 key is known") == true)
  }

  @Test func keysInThePolicyCountInsteadOfTheTrustRoots() throws {
    let vendor = try SecretKey.generate()
    let rule = "verified_attestation:\(vendor.publicKey.hex)"
    #expect(Papers.failure(rule, try result(Papers.complete, by: vendor), context) == nil)
    #expect(Papers.failure(rule, try result(Papers.complete), context) != nil)
  }

  @Test func anAttestationOfAnotherProvenanceDoesNotCount() throws {
    var other = Papers.complete
    other.append("provider_id", "elsewhere")
    #expect(
      Papers.failure("verified_attestation", try result(Papers.complete, attested: other), context)?.contains(
        "another provenance") == true)
  }

  @Test(arguments: ["model_id", "weights_hash"]) func anAttestationThatWouldFitAnyModelDoesNotCount(field: String)
    throws
  {
    var vague: JSONObject = [:]
    for member in Papers.complete.members { vague.append(member.key, member.key == field ? "" : member.value) }
    #expect(Papers.failure("verified_attestation", try result(vague), context)?.contains("name") == true)
  }

  @Test func anAttestedPaperDoesNotVouchForAnotherThatIsJudgedInItsPlace() throws {
    var milder: JSONObject = [:]
    for member in Papers.complete.members {
      milder.append(member.key, member.key == "risk_level" ? "low" : member.value)
    }
    let attested = try result(Papers.complete, nested: true)
    let dressed = try Papers.result(provenance: milder, metadata: attested.metadata)
    #expect(Papers.failure("max_risk_level:low", dressed) == nil)
    #expect(Papers.failure("verified_attestation", dressed, context)?.contains("risk_level medium") == true)
  }

  @Test func aSharedSecretProvesNothingToAPlane() throws {
    var bytes = Array("secret".utf8)
    let secret = try SharedSecret(bytes: &bytes)
    let provenance = try ModelProvenance(Papers.complete, as: .integrity)
    let code = ProvenanceAttestation.authenticated(provenance, by: secret, timestamp: "t").fields
    let result = try Papers.result(
      provenance: Papers.complete, metadata: ["x_model_integrity": ["attestation": .object(code)]])
    #expect(Papers.failure("verified_attestation", result, context)?.contains("HMAC") == true)
  }

  @Test(arguments: [1, "yes", [], [:], ["signature": "ab"], ["provenance_digest": 1, "signature": 2]] as [JSONValue])
  func whatIsNoAttestationIsRefused(value: JSONValue) throws {
    let result = try Papers.result(provenance: Papers.complete, metadata: ["x_model_integrity": ["attestation": value]])
    #expect(Papers.failure("verified_attestation", result, context) != nil)
  }
}
