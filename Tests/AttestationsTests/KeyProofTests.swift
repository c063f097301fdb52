import Attestations
import Signing
import Testing
import Wire

@Suite struct KeyProofTests {
  let key: SecretKey
  let proof: KeyProof

  init() throws {
    key = try SecretKey.generate()
    proof = KeyProof(
      principal: PrincipalID(checked: "alice"), publicKey: key.publicKey,
      provedAt: Timestamp(microseconds: 1_795_348_800_000_000))
  }

  @Test func aKeyThatAnotherKeySignedForIsNotProved() throws {
    #expect(throws: EnvelopeError.noValidSignature) { try KeyProof.verify(try proof.signed(by: SecretKey.generate())) }
  }

  @Test func anotherNameUnderTheSameSignatureIsNotProved() throws {
    let signed = try proof.signed(by: key)
    let renamed = KeyProof(
      principal: PrincipalID(checked: "mallory"), publicKey: key.publicKey, provedAt: proof.provedAt)
    let forged = UnverifiedEnvelope(
      payloadType: signed.payloadType, payload: try renamed.signed(by: key).payload, signatures: signed.signatures)
    #expect(throws: EnvelopeError.noValidSignature) { try KeyProof.verify(forged) }
  }

  @Test func whatWasSignedAsSomethingElseProvesNothing() throws {
    let payload = try proof.signed(by: key).payload
    for type in [PayloadType.statement, .message, .trustRoot] {
      let envelope = try UnverifiedEnvelope(signing: payload, as: type, by: [key])
      #expect(throws: EnvelopeError.self) { try KeyProof.verify(envelope) }
    }
  }

  @Test(arguments: [
    "{}", #"{"principal":"alice"}"#,
    #"{"principal":"Alice","public_key":"00","proved_at":"2026-01-02T03:04:05+00:00"}"#,
    #"{"principal":"alice","public_key":"00","proved_at":"2026-01-02T03:04:05+00:00"}"#,
  ])
  func whatIsNoProofIsRefused(text: String) throws {
    let envelope = try UnverifiedEnvelope(signing: Array(text.utf8), as: .keyProof, by: [key])
    #expect(throws: FieldError.self) { try KeyProof.verify(envelope) }
  }

  @Test func aKeyProvesItself() throws { #expect(try KeyProof.verify(try proof.signed(by: key)) == proof) }
}
