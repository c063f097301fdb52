import Signing
import Wire

/// `training-output`: the training plane's word on what a job submitted, with the submitter's own signed message inside.
package struct TrainingOutput: Predicate {
  package static let name = "training-output"
  /// Bound of a `training.complete` payload, so that an output that embeds it still fits an attestation.
  package static let maximumSubmission = 96 * 1024

  package let result: TrainingResult
  package let createdAt: Timestamp
  package let submittedBy: PrincipalID
  package let submitterPerson: PersonID?
  package let submission: UnverifiedEnvelope

  package var modelID: ModelID { result.modelID }
  package var weightsHash: Digest { result.weightsHash }

  package init(
    result: TrainingResult, createdAt: Timestamp, submittedBy: PrincipalID, submitterPerson: PersonID?,
    submission: UnverifiedEnvelope
  ) {
    self.result = result
    self.createdAt = createdAt
    self.submittedBy = submittedBy
    self.submitterPerson = submitterPerson
    self.submission = submission
  }

  package init(_ reader: inout ObjectReader, subject _: Subject) throws(FieldError) {
    result = try TrainingResult(&reader, looseDigest: false)
    createdAt = try reader.time("created_at")
    submittedBy = try reader.identifier("submitted_by")
    submitterPerson = try reader.optionalIdentifier("submitter_person")
    submission = try reader.envelope("submission", maximumPayload: Self.maximumSubmission)
  }

  package var subject: Subject { Subject(modelID: modelID, weightsHash: weightsHash) }

  package var fields: JSONObject {
    var object = result.fields
    object.append("created_at", .string(createdAt.attestationText))
    object.append("submitted_by", submittedBy.json)
    object.append("submitter_person", .init(submitterPerson?.text))
    object.append("submission", submission.json)
    return object
  }
}
