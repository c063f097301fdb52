import Attestations
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// Whoever holds the training plane's key still cannot attest what no submitter signed.
@Suite("The training key in the attacker's hand", .serialized, .runningPlanes)
struct StolenTrainingKeyTests {
  let stage: Stage
  let attacker: PlaneCaller
  var planes: DaemonFixture { stage.planes }

  init() throws {
    stage = try Stage()
    attacker = try stage.caller("training-plane")
  }

  @Test("Other weights than the submitter signed are refused")
  func otherWeights() async throws {
    let other = try planes.job("steady", version: 7).result
    try await expectRefusedOutput(try forged { TrainingOutput(copying: $0, result: other) }, saying: "differs")
  }

  @Test("Better metrics than the submitter signed are refused")
  func otherMetrics() async throws {
    let honest = stage.steady.result
    let better = TrainingResult(
      modelID: honest.modelID, weightsHash: honest.weightsHash, weightsKind: .file,
      metrics: honest.metrics.setting("accuracy", to: .number(JSONNumber(1))), correlationID: honest.correlationID)
    try await expectRefusedOutput(try forged { TrainingOutput(copying: $0, result: better) }, saying: "differs")
  }

  @Test("An invented submitter is refused", arguments: ["mallory", "alice", "ci"])
  func inventedSubmitter(_ name: String) async throws {
    let output = try forged { TrainingOutput(copying: $0, submittedBy: PrincipalID(checked: name)) }
    try await expectRefusedOutput(output, saying: "no submitter")
  }

  @Test(
    "Another person than the trust root names for the submitter is refused, so that nobody escapes the quorum's exclusion"
  )
  func otherPerson() async throws {
    for person in [nil, PersonID(checked: "nobody")] {
      let output = try forged { TrainingOutput(copying: $0, submitterPerson: .some(person)) }
      try await expectRefusedOutput(output, saying: "submitter_person")
    }
  }

  @Test("A submission that the attacker signs itself is refused")
  func ownSubmission() async throws {
    for (name, key) in [("trainer", attacker.key), ("trainer", try SecretKey.generate())] {
      let submission = try submission(from: name, key: key)
      try await expectRefusedOutput(
        try forged { TrainingOutput(copying: $0, submission: submission) }, saying: "submission")
    }
  }

  @Test("A submitter's message of another kind, or to another plane, is no submission")
  func otherMessage() async throws {
    let key = try planes.home.key("trainer")
    for (kind, plane) in [(MessageKind.planeStatus, "training-plane"), (.trainingComplete, "serving-plane")] {
      let submission = try submission(from: "trainer", key: key, kind: kind, to: plane)
      try await expectRefusedOutput(
        try forged { TrainingOutput(copying: $0, submission: submission) }, saying: "submission")
    }
  }

  @Test("An output that the training plane did not sign is refused, though the submitter's envelope is good")
  func unsigned() async throws {
    let honest = try Statement<TrainingOutput>.parse(stage.steady.receipt.attestation.payload)
    let output = try UnverifiedEnvelope(attesting: honest, by: [try planes.home.key("trainer")])
    try await expectRefused(.policyFailed, saying: "no signature verifies") {
      try await attacker.ask(.trainingPublish, TrainingPublication(attestation: output), on: .ingest)
    }
  }

  /// The steady model's output with something changed, signed by the stolen key.
  private func forged(_ change: (TrainingOutput) -> TrainingOutput) throws -> UnverifiedEnvelope {
    let honest = try Statement<TrainingOutput>.parse(stage.steady.receipt.attestation.payload)
    return try UnverifiedEnvelope(attesting: change(honest), by: [attacker.key])
  }

  private func submission(
    from name: String, key: SecretKey, kind: MessageKind = .trainingComplete, to plane: String = "training-plane"
  ) throws -> UnverifiedEnvelope {
    try OutgoingRequest(
      kind, body: TrainingComplete(result: stage.steady.result).fields, from: PrincipalID(checked: name),
      to: PrincipalID(checked: plane), signer: key, now: .now()
    ).envelope
  }

  private func expectRefusedOutput(
    _ output: UnverifiedEnvelope, saying words: String, _ location: SourceLocation = #_sourceLocation
  ) async throws {
    try await expectRefused(.policyFailed, saying: words, at: location) {
      try await attacker.ask(.trainingPublish, TrainingPublication(attestation: output), on: .ingest)
    }
    let alice = try stage.caller("alice")
    try await expectRefused(.notFound, at: location) {
      try await alice.ask(.approvalGet, ApprovalGet(trainingOutputDigest: output.payloadDigest), on: .approve)
    }
    try await planes.governanceHolds(stage.steady.receipt.digest)
  }
}

extension TrainingOutput {
  /// The same output with what is given in place of its own.
  fileprivate init(
    copying honest: TrainingOutput, result: TrainingResult? = nil, submittedBy: PrincipalID? = nil,
    submitterPerson: PersonID?? = nil, submission: UnverifiedEnvelope? = nil
  ) {
    self.init(
      result: result ?? honest.result, createdAt: honest.createdAt, submittedBy: submittedBy ?? honest.submittedBy,
      submitterPerson: submitterPerson ?? honest.submitterPerson, submission: submission ?? honest.submission)
  }
}
