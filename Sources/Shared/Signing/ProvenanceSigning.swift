/// A model's provenance in the form that is attested: the canonical JSON of the public `sm_integrity` (UPSTREAM.md section 4).
///
/// Two kinds of attestation stand on it. Upstream's HMAC-SHA256 covers the canonical bytes. Ed25519, which upstream names and does
/// not make, covers a line that says what it is, and the digest: so it can be taken for no other signature of the same key.
package struct CanonicalProvenance: Sendable, Equatable {
  static let domain = "nanda-model-provenance-v1\n"

  private let canonicalJSON: [UInt8]
  package let digest: Digest

  package init(canonicalJSON: [UInt8]) {
    self.canonicalJSON = canonicalJSON
    digest = Digest(hashing: canonicalJSON)
  }

  /// The domain and the 64 lowercase hex digits of the digest.
  var signedBytes: [UInt8] { Array((Self.domain + digest.hex).utf8) }

  fileprivate var authenticatedBytes: [UInt8] { canonicalJSON }
}

extension SecretKey {
  package func sign(_ provenance: CanonicalProvenance) throws(KeyError) -> Signature {
    guard let signature = sign(provenance.signedBytes) else { throw .unavailable("libsodium could not sign") }
    return signature
  }
}

extension PublicKey {
  package func verifies(_ signature: Signature, over provenance: CanonicalProvenance) -> Bool {
    verifies(signature, over: provenance.signedBytes)
  }
}

extension SharedSecret {
  /// 32 bytes.
  package func authenticate(_ provenance: CanonicalProvenance) -> [UInt8] { code(over: provenance.authenticatedBytes) }

  package func verifies(_ code: [UInt8], over provenance: CanonicalProvenance) -> Bool {
    verifies(code, over: provenance.authenticatedBytes)
  }
}
