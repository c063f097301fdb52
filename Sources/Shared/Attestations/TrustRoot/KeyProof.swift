import Signing
import Wire

/// Proof of possession: somebody's name and public key, signed by that key. Who keeps the trust root asks for one before a key is
/// enrolled, so that nobody enrols, as theirs, a key that they cannot use or that is another's.
package struct KeyProof: Sendable, Equatable {
  package static let maximumPayload = 4096

  package let principal: PrincipalID
  package let publicKey: PublicKey
  package let provedAt: Timestamp

  package init(principal: PrincipalID, publicKey: PublicKey, provedAt: Timestamp) {
    self.principal = principal
    self.publicKey = publicKey
    self.provedAt = provedAt
  }

  private init(_ value: JSONValue) throws(FieldError) {
    var reader = try ObjectReader(value, "key proof")
    principal = try reader.identifier("principal")
    guard let key = PublicKey(hex: try reader.string("public_key")) else {
      throw reader.failure("public_key", "is no Ed25519 public key of 64 lowercase hex digits")
    }
    publicKey = key
    provedAt = try reader.time("proved_at")
    try reader.finish()
  }

  /// - Throws: what `signer` throws, when it is not the key that is proved.
  package func signed(by signer: any Signer) throws -> UnverifiedEnvelope {
    let payload: JSONObject = [
      "principal": principal.json, "public_key": .string(publicKey.hex),
      "proved_at": .string(provedAt.attestationText),
    ]
    return try UnverifiedEnvelope(signing: payload.serialized(), as: .keyProof, by: [signer])
  }

  /// The proof in `envelope`, signed by the very key that it names.
  ///
  /// - Throws: `FieldError` or `JSONSyntaxError` for what is no proof, `EnvelopeError` when its key did not sign it.
  package static func verify(_ envelope: UnverifiedEnvelope) throws -> KeyProof {
    // The key that the unverified bytes name is used to judge them, and nothing else of them before that.
    let proof = try KeyProof(StrictJSON.parse(envelope.payload))
    _ = try envelope.verified(as: .keyProof, by: [proof.publicKey])
    return proof
  }
}
