import Signing
import Testing
import Wire

@testable import Metadata

@Suite struct ProvenanceAttestationTests {
  let known: JSONObject
  let provenance: ModelProvenance
  let attestation: ProvenanceAttestation
  let secret: SharedSecret
  let key: SecretKey

  init() throws {
    known = try #require(Papers.vectors["attestation"]?.object)
    provenance = try ModelProvenance(try #require(known["provenance"]?.object), as: .integrity)
    attestation = try ProvenanceAttestation(try #require(known["attestation"]?.object))
    secret = try Self.secret(try #require(known["secret_utf8"]?.string))
    key = try #require(Papers.vectorsKey)
  }

  private static func secret(_ text: String) throws -> SharedSecret {
    var bytes = Array(text.utf8)
    return try SharedSecret(bytes: &bytes)
  }

  private func changed(_ attestation: ProvenanceAttestation, _ field: String, _ value: String) throws
    -> ProvenanceAttestation
  {
    try ProvenanceAttestation(attestation.fields.setting(field, to: .string(value)))
  }

  // MARK: HMAC

  @Test func theCodeIsUpstreams() throws {
    let ours = ProvenanceAttestation.authenticated(
      provenance, by: secret, signerID: attestation.signerID, timestamp: attestation.timestamp)
    #expect(ours == attestation && ours.fields == known["attestation"]?.object)
    #expect(AttestationVerifiers(secrets: [secret]).problem(attestation, of: provenance) == nil)
  }

  @Test func anotherSecretDoesNotVerify() throws {
    let verifiers = AttestationVerifiers(secrets: [try Self.secret("shared-secreT")])
    #expect(verifiers.problem(attestation, of: provenance)?.contains("another secret") == true)
  }

  @Test func withoutASecretACodeIsUnverifiable() {
    let verifiers = AttestationVerifiers(keys: [key.publicKey])
    #expect(verifiers.problem(attestation, of: provenance)?.contains("no shared secret") == true)
  }

  @Test func anEmptyOrEndlessSecretIsNone() {
    for count in [0, 4097] {
      var bytes = [UInt8](repeating: 7, count: count)
      #expect(throws: KeyError.self) { try SharedSecret(bytes: &bytes) }
    }
  }

  // MARK: Ed25519

  @Test func aKeysAttestationVerifiesByThatKeyAlone() throws {
    let signed = try ProvenanceAttestation.signed(provenance, by: key, timestamp: "t")
    #expect(signed.method == "ed25519" && signed.signerID == "self" && signed.signature.count == 128)
    let other = try SecretKey.generate()
    #expect(AttestationVerifiers(keys: [other.publicKey, key.publicKey]).problem(signed, of: provenance) == nil)
    #expect(AttestationVerifiers(keys: [other.publicKey]).problem(signed, of: provenance) != nil)
    #expect(AttestationVerifiers(secrets: [secret]).problem(signed, of: provenance)?.contains("no Ed25519 key") == true)
  }

  @Test func aSignatureOverTheBareHashIsNoAttestation() throws {
    // What this key signs for approvals is the hex of a hash too; the domain keeps the two apart.
    let hash = NandaRecordHash(canonicalJSON: Array((known["canonical"]?.string ?? "").utf8))
    #expect(hash.digest == provenance.canonical.digest)
    let stolen = try ProvenanceAttestation([
      "provenance_digest": .string(hash.digest.hex), "signature": .string(try key.sign(hash).hex), "method": "ed25519",
    ])
    #expect(
      AttestationVerifiers(keys: [key.publicKey]).problem(stolen, of: provenance)?.contains("none of the known") == true
    )
  }

  // MARK: What was changed

  @Test(arguments: ModelProvenance.Field.allCases) func anyChangedFieldOfTheProvenanceBreaksIt(
    field: ModelProvenance.Field
  ) throws {
    var other = provenance
    other.set(field, "changed")
    for attestation in [attestation, try .signed(provenance, by: key, timestamp: "t")] {
      let problem = AttestationVerifiers(keys: [key.publicKey], secrets: [secret]).problem(attestation, of: other)
      #expect(problem?.contains("another provenance") == true)
    }
  }

  @Test func aDigestMovedToTheOtherProvenanceDoesNotHelp() throws {
    var other = provenance
    other.set(.riskLevel, "low")
    let signed = try ProvenanceAttestation.signed(provenance, by: key, timestamp: "t")
    for attestation in [attestation, signed] {
      let moved = try changed(attestation, "provenance_digest", other.canonical.digest.hex)
      #expect(AttestationVerifiers(keys: [key.publicKey], secrets: [secret]).problem(moved, of: other) != nil)
    }
  }

  @Test(arguments: [
    ("method", "none"), ("method", "hmac-sha256"), ("signer_id", "mallory"), ("timestamp", "1970-01-01T00:00:00Z"),
  ])
  func whatNobodySignsDecidesNothing(field: String, value: String) throws {
    let verifiers = AttestationVerifiers(keys: [key.publicKey], secrets: [secret])
    let signed = try ProvenanceAttestation.signed(provenance, by: key, timestamp: "t")
    for attestation in [attestation, signed] {
      #expect(verifiers.problem(try changed(attestation, field, value), of: provenance) == nil)
    }
  }

  @Test(arguments: ["", "zz", "AB", String(repeating: "ab", count: 31), String(repeating: "ab", count: 65)])
  func whatIsNoSignatureIsUnverifiable(text: String) throws {
    let verifiers = AttestationVerifiers(keys: [key.publicKey], secrets: [secret])
    #expect(verifiers.problem(try changed(attestation, "signature", text), of: provenance) != nil)
  }

  @Test func uppercaseHexIsNotTheSameText() throws {
    let verifiers = AttestationVerifiers(secrets: [secret])
    for field in ["signature", "provenance_digest"] {
      let upper = try changed(attestation, field, try #require(attestation.fields[field]?.string).uppercased())
      #expect(verifiers.problem(upper, of: provenance) != nil)
    }
  }

  @Test(arguments: ["provenance_digest", "signature"]) func anAttestationWithoutItsTextsIsNone(field: String) throws {
    for value in [JSONValue.null, 5, []] {
      #expect(throws: FieldError.self) { try ProvenanceAttestation(attestation.fields.setting(field, to: value)) }
    }
  }
}
