import Signing

/// An envelope with at least one valid signature under the keys that were asked about. Only `verified(as:by:)` makes one.
package struct VerifiedEnvelope: Sendable {
  /// The type that the signatures cover.
  package let payloadType: PayloadType
  /// The very bytes that were verified; parse these and no others.
  package let payload: [UInt8]
  /// Who signed: distinct keys, in the order of their first valid signature.
  package let signers: [PublicKey]
  /// The envelope with the valid signatures only, one a key.
  package let envelope: UnverifiedEnvelope

  /// Of the payload, computed once: decisions name it again and again.
  package let digest: Digest

  fileprivate init(type: PayloadType, payload: [UInt8], valid: [(key: PublicKey, signature: EnvelopeSignature)]) {
    payloadType = type
    self.payload = payload
    signers = valid.map(\.key)
    envelope = UnverifiedEnvelope(payloadType: type.rawValue, payload: payload, signatures: valid.map(\.signature))
    digest = envelope.payloadDigest
  }

  /// Parses the verified payload as strict JSON.
  package func parsed() throws(JSONSyntaxError) -> JSONValue { try StrictJSON.parse(payload) }
}

extension UnverifiedEnvelope {
  /// Checks every signature against `candidates` (DSSE 1.0.2, verification). Invalid signatures never count, a key counts once,
  /// `keyid` only says which key to try first.
  ///
  /// - Throws: `wrongPayloadType` before any cryptography, `noValidSignature` when nobody among the candidates signed.
  package func verified(as type: PayloadType, by candidates: [PublicKey]) throws(EnvelopeError) -> VerifiedEnvelope {
    let valid = try validSignatures(as: type, by: candidates)
    guard !valid.isEmpty else { throw .noValidSignature }
    return VerifiedEnvelope(type: type, payload: payload, valid: valid)
  }

  /// The valid signatures with their keys, one a key.
  func validSignatures(
    as type: PayloadType, by candidates: [PublicKey]
  ) throws(EnvelopeError) -> [(key: PublicKey, signature: EnvelopeSignature)] {
    guard payloadType.utf8.elementsEqual(type.rawValue.utf8) else {
      throw .wrongPayloadType(expected: type, found: payloadType)
    }
    guard Self.signatureCounts.contains(signatures.count) else { throw .malformed("signatures must be 1 to 16") }
    let encoding = PreAuthenticationEncoding(payloadType: payloadType, payload: payload)
    var remaining = candidates
    var valid: [(key: PublicKey, signature: EnvelopeSignature)] = []
    for entry in signatures {
      guard let signature = Signature(bytes: entry.bytes) else { continue }
      let isSigner = { (key: PublicKey) in key.verifies(signature, over: encoding) }
      let hinted = remaining.firstIndex { $0.keyID == entry.keyID && isSigner($0) }
      guard let index = hinted ?? remaining.firstIndex(where: { $0.keyID != entry.keyID && isSigner($0) }) else {
        continue
      }
      // A key that has signed leaves the candidates, however often it is among them: its second signature counts for nothing.
      let key = remaining[index]
      remaining.removeAll { $0 == key }
      valid.append((key, EnvelopeSignature(signature, by: key)))
    }
    return valid
  }
}
