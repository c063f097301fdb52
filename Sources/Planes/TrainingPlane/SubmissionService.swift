import Ledger
import Logging
import MerkleLog
import Attestations
import Daemon
import GRDB
import PlaneContract
import Signing
import Storage
import Wire

/// Turns a submission into a training output: attested, kept, recorded and left for governance in one transaction.
struct SubmissionService: Sendable {
  let context: PlaneContext
  private let store = TrainingOutputStore()

  init(context: PlaneContext) { self.context = context }

  /// Idempotent by submitter, model, weights and correlation id: the same content again gets the receipt that is stored, and is
  /// handed on once more, in case governance has lost it (a database restored from an older copy).
  ///
  /// - Throws: `Refusal(.conflict)` when another content was submitted under that key.
  func complete(_ result: TrainingResult, request: AdmittedRequest) async throws -> TrainingReceipt {
    let output = try attest(result, request)
    return try await context.commit(for: request) { [self] database in
      if var stored = try stored(SubmissionKey(output.output), root: request.root, in: database) {
        if stored.objection(under: request.root, acceptedUnder: nil) != nil {
          stored = try signedAgain(stored, request.root, in: database)
        }
        let receipt = try receipt(of: stored, againFor: result)
        try context.enqueueAgain(.trainingPublish, publication(of: stored), digest: stored.digest, in: database)
        return receipt
      }
      try keep(output, in: database)
      return TrainingReceipt(attestation: output.attested.envelope)
    }
  }

  /// What still waits for governance is signed by the key that this plane has now.
  ///
  /// - Throws: `Refusal(.unavailable)` while the evidence is in doubt: a new signature would make true what somebody put there.
  func renewWaiting() async throws {
    let root = context.root
    try await context.commit { [self] database in
      try context.requireMayAddPermission(by: .trainingComplete, in: database)
      for digest in try context.outbox.waiting(MessageKind.trainingPublish.rawValue, in: database) {
        // One that no longer holds is refused by governance, and keeps this plane from nothing.
        guard let stored = try? store.find(digest, root: root, in: database),
          stored.objection(under: root, acceptedUnder: nil) != nil
        else { continue }
        let signed = try signedAgain(stored, root, in: database)
        try context.enqueue(.trainingPublish, publication(of: signed), digest: signed.digest, in: database)
      }
    }
  }

  /// Signs the output, and verifies it as its receivers will, so that nothing is accepted here that they must refuse.
  private func attest(_ result: TrainingResult, _ request: AdmittedRequest) throws -> VerifiedTrainingOutput {
    let output = TrainingOutput(
      result: result, createdAt: request.receivedAt, submittedBy: request.sender.id,
      submitterPerson: request.sender.person, submission: request.verified.envelope)
    let envelope = try UnverifiedEnvelope(attesting: output, by: [context.signer])
    return try VerifiedTrainingOutput.verify(envelope, root: request.root)
  }

  private func stored(
    _ key: SubmissionKey, root: VerifiedTrustRoot, in database: Database
  ) throws -> VerifiedTrainingOutput? {
    do { return try store.find(key, root: root, in: database) } catch let fault as StoredOutputFault {
      context.logger.critical("a stored row was changed or damaged", metadata: ["problem": "\(fault)"])
      throw Refusal(.internal, "\(fault); restore the training plane's database from a backup")
    }
  }

  /// What an earlier key of this plane has signed is signed by the present one, payload unchanged: governance takes no other, unless it
  /// has the output already.
  private func signedAgain(
    _ stored: VerifiedTrainingOutput, _ root: VerifiedTrustRoot, in database: Database
  ) throws -> VerifiedTrainingOutput {
    let payload = stored.attested.verified.payload
    let envelope = try UnverifiedEnvelope(signing: payload, as: .statement, by: [context.signer])
    let signed = try VerifiedTrainingOutput.verify(envelope, root: root)
    try store.replace(signed, in: database)
    return signed
  }

  private func receipt(of stored: VerifiedTrainingOutput, againFor result: TrainingResult) throws -> TrainingReceipt {
    guard stored.output.result == result else {
      throw Refusal(
        .conflict,
        "\(result.modelID) with correlation id \(result.correlationID) was submitted before with other content, as \(stored.digest); use a new correlation id"
      )
    }
    return TrainingReceipt(attestation: stored.attested.envelope)
  }

  private func keep(_ output: VerifiedTrainingOutput, in database: Database) throws {
    try store.insert(output, in: database)
    let data = TrainingEvidence.data(of: output.output)
    try context.record(.trainingCompleted, data, attestation: output.digest, in: database)
    try context.enqueue(.trainingPublish, publication(of: output), digest: output.digest, in: database)
  }

  private func publication(of output: VerifiedTrainingOutput) -> TrainingPublication {
    TrainingPublication(attestation: output.attested.envelope)
  }
}
