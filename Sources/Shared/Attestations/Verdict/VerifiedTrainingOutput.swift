import Signing
import Wire

/// A training output whose two signatures hold: the training plane's, and inside it the submitter's over the same facts.
/// A stolen training key alone cannot make one.
package struct VerifiedTrainingOutput: Sendable {
  package let attested: Attested<TrainingOutput>
  /// The submitter's that signed the submission.
  private let submissionKey: PublicKey

  package var output: TrainingOutput { attested.predicate }
  package var digest: Digest { attested.digest }

  /// Verifies an output that is being shown now, or one that this plane accepted before, under the root of that version: then a
  /// training key that was replaced since and a submitter who was retired since are no fault of it.
  ///
  /// - Throws: `AttestationError` naming the first thing that does not hold.
  package static func verify(
    _ envelope: UnverifiedEnvelope, root: VerifiedTrustRoot, acceptedUnder version: Int? = nil
  ) throws(AttestationError) -> VerifiedTrainingOutput {
    let kept = try reread(envelope, root: root)
    if let objection = kept.objection(under: root, acceptedUnder: version) {
      throw .syntax(TrainingOutput.name, objection)
    }
    return kept
  }

  /// Reads again what was accepted once: it is what it was, by keys of any version. Whether it still counts is `objection`'s to say.
  package static func reread(
    _ envelope: UnverifiedEnvelope, root: VerifiedTrustRoot
  ) throws(AttestationError) -> VerifiedTrainingOutput {
    let attested = try envelope.attested(TrainingOutput.self, by: root.keysEver(of: .training))
    do {
      let key = try SubmissionCheck(output: attested.predicate, root: root).run()
      return VerifiedTrainingOutput(attested: attested, submissionKey: key)
    } catch { throw .syntax(TrainingOutput.name, "submission: \(error)") }
  }

  /// Why it does not count under `root`, or nil. The training key is judged when the output is accepted; what its submitter signed
  /// counts as every signature does (DESIGN section 4).
  ///
  /// - Parameter version: of the root under which this plane accepted it; nil when it is being shown now.
  package func objection(under root: VerifiedTrustRoot, acceptedUnder version: Int?) -> String? {
    let isTrainings = { (key: PublicKey) in
      version.map { root.lists(key, as: .training, inVersion: $0) } ?? root.keys(of: .training).contains(key)
    }
    guard attested.signers.contains(where: isTrainings) else {
      return "no signature verifies under the training key of trust root version \(version ?? root.version)"
    }
    guard let submitter = root.principal(output.submittedBy), submitter.keys.contains(submissionKey) else {
      return "submission: submitted_by \(output.submittedBy) or the key that signed was removed from the trust root"
    }
    guard root.counts(submitter, as: .submitter, acceptedUnder: version) else {
      return submitter.retiredAt == nil
        ? "submission: submitted_by: \(submitter.id) is no submitter in the trust root"
        : "submission: submitted_by: \(submitter.id) is retired, and this was not accepted here before"
    }
    return nil
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

  /// Returns the key that signed.
  func run() throws -> PublicKey {
    let keys = root.keysEver(of: output.submittedBy)
    guard !keys.isEmpty else {
      throw FieldError("submitted_by", "\(output.submittedBy) is no submitter in the trust root")
    }
    guard root.person(of: output.submittedBy) == output.submitterPerson else {
      throw FieldError("submitter_person", "is not who answers for \(output.submittedBy) in the trust root")
    }
    let verified = try UnverifiedMessage(output.submission).verified(by: keys)
    let message = verified.message
    try checkHeader(message)
    var body = ObjectReader(message.body, "body")
    var reader = ObjectReader(try body.object(SubmissionFormat.bodyField), "body.training_output")
    try body.finish()
    let submitted = try TrainingResult(&reader, looseDigest: true)
    try reader.finish()
    guard submitted == output.result else {
      throw FieldError(
        "training_output", "what the training plane attests differs from what \(output.submittedBy) signed")
    }
    return verified.signer
  }

  private func checkHeader(_ message: Message) throws(FieldError) {
    guard message.kind == SubmissionFormat.kind, message.from == output.submittedBy else {
      throw FieldError("kind", "is not \(output.submittedBy)'s \(SubmissionFormat.kind)")
    }
    // Of all versions: the plane's name may have changed since.
    guard root.keysEver(of: .training).contains(where: { root.owner(of: $0) == message.to }) else {
      throw FieldError("to", "is not the training plane")
    }
    let earliest = message.issuedAt.adding(seconds: -Message.clockSkewSeconds)
    let latest = message.expiresAt.adding(seconds: Message.clockSkewSeconds)
    guard (earliest...max(earliest, latest)).contains(output.createdAt) else {
      throw FieldError("created_at", "is outside the life of the submitted message")
    }
  }
}
