import Attestations
import Signing
import Wire

/// `training.complete`: a job's result, signed by its submitter.
package struct TrainingComplete: Body {
  package let result: TrainingResult

  package init(result: TrainingResult) { self.result = result }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    var output = ObjectReader(try reader.object(SubmissionFormat.bodyField), "body.training_output")
    result = try TrainingResult(&output, looseDigest: true)
    try output.finish()
  }

  package var fields: JSONObject { [SubmissionFormat.bodyField: .object(result.fields)] }
}

/// The receipt: the training plane's attestation and its digest.
package struct TrainingReceipt: Body {
  package let attestation: UnverifiedEnvelope
  package let digest: Digest

  package init(attestation: UnverifiedEnvelope) {
    self.attestation = attestation
    digest = attestation.payloadDigest
  }

  package init(_ reader: inout ObjectReader) throws(FieldError) {
    attestation = try reader.envelope("attestation", maximumPayload: AttestationFormat.maximumPayload)
    digest = try reader.digest("digest")
    guard attestation.payloadDigest == digest else { throw reader.failure("digest", "is not the attestation's") }
  }

  package var fields: JSONObject { ["attestation": attestation.json, "digest": .string(digest.description)] }
}
