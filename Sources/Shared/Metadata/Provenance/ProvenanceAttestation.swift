import Attestations
import Signing
import Wire

/// Somebody's word for a provenance, in the shape of the public `sm_integrity` 0.2.0: HMAC-SHA256 as there, or Ed25519.
///
/// `method`, `signer_id` and `timestamp` are signed by nobody. They are shown and never decide: which kind it is follows from the
/// length of the signature, and who made it from the key that verifies it.
package struct ProvenanceAttestation: Sendable, Equatable {
  package enum Method: String, Sendable {
    case hmac = "hmac-sha256"
    case ed25519
  }

  /// Lowercase hex of the SHA-256 of the provenance's canonical form.
  package let provenanceDigest: String
  package let method: String
  /// Lowercase hex.
  package let signature: String
  package let signerID: String
  package let timestamp: String

  /// Every field is a text of at most 4096 bytes; unknown fields are passed over. `signer_id` defaults to `self`.
  package init(_ object: JSONObject) throws(FieldError) {
    var reader = ObjectReader(object, "attestation")
    provenanceDigest = try reader.string("provenance_digest")
    signature = try reader.string("signature")
    method = try reader.optionalString("method") ?? ""
    signerID = try reader.optionalString("signer_id") ?? "self"
    timestamp = try reader.optionalString("timestamp") ?? ""
  }

  private init(
    _ provenance: ModelProvenance, _ method: Method, _ signature: [UInt8], by signer: String, at time: String
  ) {
    provenanceDigest = provenance.canonical.digest.hex
    self.method = method.rawValue
    self.signature = Hex.encode(signature)
    signerID = signer
    timestamp = time
  }

  /// Ed25519 over the digest under a domain of its own (docs/formats.md).
  package static func signed(
    _ provenance: ModelProvenance, by key: SecretKey, signerID: String = "self", timestamp: String
  ) throws(KeyError) -> ProvenanceAttestation {
    let signature = try key.sign(provenance.canonical)
    return ProvenanceAttestation(provenance, .ed25519, signature.bytes, by: signerID, at: timestamp)
  }

  /// Upstream's HMAC-SHA256 over the canonical bytes.
  package static func authenticated(
    _ provenance: ModelProvenance, by secret: SharedSecret, signerID: String = "self", timestamp: String
  ) -> ProvenanceAttestation {
    let code = secret.authenticate(provenance.canonical)
    return ProvenanceAttestation(provenance, .hmac, code, by: signerID, at: timestamp)
  }

  package var fields: JSONObject {
    [
      "provenance_digest": .string(provenanceDigest), "method": .string(method), "signature": .string(signature),
      "signer_id": .string(signerID), "timestamp": .string(timestamp),
    ]
  }
}
