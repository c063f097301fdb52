import Attestations
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// The training plane in the attacker's hands: its key, its sockets, its log. Whatever it says, nothing that no submitter signed is
/// approved, nothing unapproved runs, revocations are heard, and governance notices what was written anew. One test is one lie; what
/// is asked after each of them is in `KeptPromises`.
@Suite("The training plane lies", .serialized, .runningPlanes, .keptPromises(whileLying: .training))
struct LyingTrainingPlaneTests {
  let stage: Stage
  let attacker: PlaneCaller
  var planes: DaemonFixture { stage.planes }

  init() throws {
    stage = try Stage()
    attacker = try stage.caller("training-plane")
  }

  // MARK: Controls: the same machinery, telling the truth

  @Test("The truth, said with the same key by the same means, is taken, approved and deployed")
  func control() async throws {
    let (result, _, path) = try planes.job("honest")
    let receipt = try attested(result, submission: try submission(of: result))
    try await publish(receipt)
    let approval = planes.approval(of: result, output: receipt.payloadDigest)
    try await planes.approved(approval)
    try await stage.caller("ci").deploy(result.modelID, weights: path)
    #expect(try planes.home.served("honest") != nil)
  }

  @Test("A log that is shown as it is and goes on is cosigned, and so is one that was written anew without a change")
  func honestLog() async throws {
    let stolen = try await StolenLog(of: .training, on: planes)
    let receipt = try await stolen.show(stolen.honest.head(stolen.size))
    #expect(receipt.cosignature != nil)
    try RewrittenLog.write(over: planes.home.database(of: .training), origin: stolen.origin, signedBy: stolen.key) {
      #expect($0.count >= stolen.size)
    }
    try await planes.start(.training)
    try await planes.witnessed(.training, by: .governance)
    try await planes.health(of: .governance, says: "ok")
  }

  // MARK: What they send

  /// A message that the submitter really signed.
  func submission(of result: TrainingResult) throws -> UnverifiedEnvelope {
    try stage.caller("trainer").request(.trainingComplete, TrainingComplete(result: result).fields, to: .submit)
      .envelope
  }

  func submission(
    from name: String, key: SecretKey, kind: MessageKind = .trainingComplete, to plane: String = "training-plane"
  ) throws -> UnverifiedEnvelope {
    try OutgoingRequest(
      kind, body: TrainingComplete(result: stage.steady.result).fields, from: PrincipalID(checked: name),
      to: PrincipalID(checked: plane), signer: key, now: .now()
    ).envelope
  }

  /// What the stolen key attests of a submission.
  func attested(
    _ result: TrainingResult, submission: UnverifiedEnvelope, at time: Timestamp = .now()
  ) throws -> UnverifiedEnvelope {
    let honest = try Statement<TrainingOutput>.parse(stage.steady.receipt.attestation.payload)
    let output = TrainingOutput(
      result: result, createdAt: time, submittedBy: honest.submittedBy, submitterPerson: honest.submitterPerson,
      submission: submission)
    return try UnverifiedEnvelope(attesting: output, by: [attacker.key])
  }

  /// The steady model's output with something changed, signed by the stolen key.
  func forged(_ change: (TrainingOutput) -> TrainingOutput) throws -> UnverifiedEnvelope {
    let honest = try Statement<TrainingOutput>.parse(stage.steady.receipt.attestation.payload)
    return try UnverifiedEnvelope(attesting: change(honest), by: [attacker.key])
  }

  func publish(_ output: UnverifiedEnvelope) async throws {
    try await attacker.ask(.trainingPublish, TrainingPublication(attestation: output), on: .ingest)
  }

  /// Refused, and governance holds nothing of it that anybody could propose.
  func expectRefusedOutput(
    _ output: UnverifiedEnvelope, saying words: String, _ location: SourceLocation = #_sourceLocation
  ) async throws {
    try await expectRefused(.policyFailed, saying: words, at: location) { try await publish(output) }
    try await expectUnknown(output.payloadDigest, location)
    try await planes.governanceHolds(stage.steady.receipt.digest)
  }

  func expectUnknown(_ output: Digest, _ location: SourceLocation = #_sourceLocation) async throws {
    let alice = try stage.caller("alice")
    try await expectRefused(.notFound, at: location) {
      try await alice.ask(.approvalGet, ApprovalGet(trainingOutputDigest: output), on: .approve)
    }
  }
}

extension TrainingOutput {
  /// The same output with what is given in place of its own.
  init(
    copying honest: TrainingOutput, result: TrainingResult? = nil, createdAt: Timestamp? = nil,
    submittedBy: PrincipalID? = nil, submitterPerson: PersonID?? = nil, submission: UnverifiedEnvelope? = nil
  ) {
    self.init(
      result: result ?? honest.result, createdAt: createdAt ?? honest.createdAt,
      submittedBy: submittedBy ?? honest.submittedBy,
      submitterPerson: submitterPerson ?? honest.submitterPerson, submission: submission ?? honest.submission)
  }
}
