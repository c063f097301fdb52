import Signing

/// Whose word about a provenance counts.
package struct AttestationVerifiers: Sendable {
  package let keys: [PublicKey]
  package let secrets: [SharedSecret]

  package init(keys: [PublicKey] = [], secrets: [SharedSecret] = []) {
    self.keys = keys
    self.secrets = secrets
  }

  package var isEmpty: Bool { keys.isEmpty && secrets.isEmpty }

  /// Nil when `attestation` is the word of one of these for exactly `provenance`, else why not.
  package func problem(_ attestation: ProvenanceAttestation, of provenance: ModelProvenance) -> String? {
    let canonical = provenance.canonical
    guard attestation.provenanceDigest.utf8.elementsEqual(canonical.digest.hex.utf8) else {
      return "it attests another provenance: its digest is not \(canonical.digest.hex)"
    }
    guard let bytes = Hex.decode(Array(attestation.signature.utf8)) else {
      return "its signature is no lowercase hex"
    }
    switch bytes.count {
    case Signature.byteCount: return signatureProblem(bytes, canonical)
    case Digest.byteCount: return codeProblem(bytes, canonical)
    default: return "its signature has \(bytes.count) bytes: Ed25519 has 64, HMAC-SHA256 has 32"
    }
  }

  private func signatureProblem(_ bytes: [UInt8], _ canonical: CanonicalProvenance) -> String? {
    guard !keys.isEmpty else { return "no Ed25519 key is known to check it with" }
    let holds = Signature(bytes: bytes).map { signature in keys.contains { $0.verifies(signature, over: canonical) } }
    return holds == true ? nil : "its Ed25519 signature is none of the known keys'"
  }

  private func codeProblem(_ bytes: [UInt8], _ canonical: CanonicalProvenance) -> String? {
    guard !secrets.isEmpty else { return "it is HMAC-SHA256, and no shared secret is known to check it with" }
    return secrets.contains { $0.verifies(bytes, over: canonical) }
      ? nil : "its HMAC-SHA256 was made with another secret"
  }
}
