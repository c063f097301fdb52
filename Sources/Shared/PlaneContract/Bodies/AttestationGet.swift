import Attestations
import Signing
import Wire

/// `attestation.get`.
package struct AttestationGet: Body {
  package let digest: Digest

  package init(digest: Digest) { self.digest = digest }
  package init(_ reader: inout ObjectReader) throws(FieldError) { digest = try reader.digest("digest") }
  package var fields: JSONObject { ["digest": .string(digest.description)] }
}

/// The answer: the attestation, for the caller to verify.
package struct FoundAttestation: Body {
  package let attestation: UnverifiedEnvelope

  package init(attestation: UnverifiedEnvelope) { self.attestation = attestation }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    attestation = try reader.envelope("attestation", maximumPayload: AttestationFormat.maximumPayload)
  }

  package var fields: JSONObject { ["attestation": attestation.json] }
}
