import Attestations
import Wire

/// `training.publish` and `observation.publish`.
package struct TrainingPublication: Body {
  package let attestation: UnverifiedEnvelope

  package init(attestation: UnverifiedEnvelope) { self.attestation = attestation }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    attestation = try reader.envelope("attestation", maximumPayload: AttestationFormat.maximumPayload)
  }

  package var fields: JSONObject { ["attestation": attestation.json] }
}
