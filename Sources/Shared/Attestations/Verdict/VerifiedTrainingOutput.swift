import Signing
import Wire

/// A training output whose two signatures hold: the training plane's, and inside it the submitter's over the same facts.
/// A stolen training key alone cannot make one.
package struct VerifiedTrainingOutput: Sendable {
  package let attested: Attested<TrainingOutput>

  package var output: TrainingOutput { attested.predicate }
  package var digest: Digest { attested.digest }

  /// - Throws: `AttestationError` naming the first thing that does not hold.
  package static func verify(_ envelope: UnverifiedEnvelope, root: VerifiedTrustRoot) throws(AttestationError)
    -> VerifiedTrainingOutput
  {
    let attested = try envelope.attested(TrainingOutput.self, by: root.keys(of: .training))
    do { try SubmissionCheck(output: attested.predicate, root: root).run() } catch {
      throw .syntax(TrainingOutput.name, "submission: \(error)")
    }
    return VerifiedTrainingOutput(attested: attested)
  }
}

/// The message kind that a submission has: the one word of the wire that an attestation depends on.
package enum SubmissionFormat {
  package static let kind = "training.complete"
  package static let bodyField = "training_output"
}

/// Compares a training output field by field with what its submitter signed.
private struct SubmissionCheck {
  let output: TrainingOutput
  let root: VerifiedTrustRoot

  func run() throws {
    guard let submitter = root.principal(output.submittedBy), submitter.holds(.submitter) else {
      throw FieldError("submitted_by", "\(output.submittedBy) is no submitter in the trust root")
    }
    guard submitter.person == output.submitterPerson else {
      throw FieldError("submitter_person", "is not who answers for \(submitter.id) in the trust root")
    }
    let message = try UnverifiedMessage(output.submission).verified(by: submitter.keys).message
    try checkHeader(message, submitter)
    var body = ObjectReader(message.body, "body")
    var reader = ObjectReader(try body.object(SubmissionFormat.bodyField), "body.training_output")
    try body.finish()
    let submitted = try TrainingResult(&reader, looseDigest: true)
    try reader.finish()
    guard submitted == output.result else {
      throw FieldError("training_output", "what the training plane attests differs from what \(submitter.id) signed")
    }
  }

  private func checkHeader(_ message: Message, _ submitter: Principal) throws(FieldError) {
    guard message.kind == SubmissionFormat.kind, message.from == submitter.id else {
      throw FieldError("kind", "is not \(submitter.id)'s \(SubmissionFormat.kind)")
    }
    guard message.to == root.plane(.training)?.id else { throw FieldError("to", "is not the training plane") }
    let earliest = message.issuedAt.adding(seconds: -Message.clockSkewSeconds)
    let latest = message.expiresAt.adding(seconds: Message.clockSkewSeconds)
    guard (earliest...max(earliest, latest)).contains(output.createdAt) else {
      throw FieldError("created_at", "is outside the life of the submitted message")
    }
  }
}
