import Attestations
import Foundation
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// The key: outputs that nobody submitted, and whatever else it might open.
extension LyingTrainingPlaneTests {
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

  @Test("A kind of weights that the submitter did not name is refused")
  func otherKind() async throws {
    let honest = stage.steady.result
    let tree = TrainingResult(
      modelID: honest.modelID, weightsHash: honest.weightsHash, weightsKind: .directory, metrics: honest.metrics,
      correlationID: honest.correlationID)
    try await expectRefusedOutput(try forged { TrainingOutput(copying: $0, result: tree) }, saying: "differs")
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

  @Test("What the submitter signed about another model is no submission of this one")
  func anothersSubmission() async throws {
    let other = try submission(of: planes.job("innocent").result)
    try await expectRefusedOutput(try forged { TrainingOutput(copying: $0, submission: other) }, saying: "differs")
  }

  @Test("A submission is good for its own minute: attested again for later, or dated back, it is refused")
  func replayedSubmission() async throws {
    for seconds in [3600, -3600, 365 * 86_400] {
      let output = try forged { TrainingOutput(copying: $0, createdAt: Timestamp.now().adding(seconds: seconds)) }
      try await expectRefusedOutput(output, saying: "created_at")
    }
  }

  @Test("An output that the training plane did not sign is refused, though the submitter's envelope is good")
  func unsigned() async throws {
    let honest = try Statement<TrainingOutput>.parse(stage.steady.receipt.attestation.payload)
    let output = try UnverifiedEnvelope(attesting: honest, by: [try planes.home.key("trainer")])
    try await expectRefused(.policyFailed, saying: "no signature verifies") { try await publish(output) }
  }

  @Test("Its key opens nothing else: no approval, no revocation, no lease, no deploy")
  func othersBusiness() async throws {
    let approval = planes.approval(of: stage.steady)
    let signed = try UnverifiedEnvelope(attesting: approval, by: [attacker.key])
    let publication = ApprovalPublication(approval: signed, trainingOutput: stage.steady.receipt.attestation).fields
    let revocation = try UnverifiedEnvelope(attesting: planes.revocation(of: approval), by: [attacker.key])
    let attempts: [(MessageKind, JSONObject, SocketName)] = [
      (.approvalPublish, publication, .control),
      (.revocationPublish, Revocation(revocation: revocation).fields, .control),
      (.modelRevoke, Revocation(revocation: revocation).fields, .approve),
      (.modelRevoke, Revocation(revocation: revocation).fields, .revoke),
      (.leasePublish, LeasePublication(lease: revocation).fields, .control),
      (.modelDeploy, ModelDeploy(modelID: stage.steady.id, environment: nil, scope: nil).fields, .deploy),
    ]
    for (kind, body, socket) in attempts {
      try await expectRefused(.forbidden) { try await attacker.ask(kind, body, on: socket) }
    }
    try await expectRefused(.forbidden) { _ = try await attacker.propose(approval) }
    try await stage.expectSteadyStillRuns()
  }

  @Test("Weights that are swapped on disk after the approval are not deployed")
  func swappedBytes() async throws {
    let model = try await planes.trained("swapped")
    let approval = planes.approval(of: model)
    try await planes.approved(approval)
    try Data("poison".utf8).write(to: URL(fileURLWithPath: model.path))
    let ci = try stage.caller("ci")
    try await expectDenied(by: "weights") { try await ci.deploy(model.id, weights: model.path) }
    #expect(try planes.home.served("swapped") == nil)
  }

  @Test("A flood of forgeries fills no log and keeps nobody waiting")
  func flood() async throws {
    let before = try await stage.caller("bridge").evidence(of: .governance).count
    let output = try forged { TrainingOutput(copying: $0, submittedBy: PrincipalID(checked: "mallory")) }
    for _ in 0..<150 { try await expectRefused(.policyFailed) { try await publish(output) } }
    _ = try await planes.trained("beside-a-flood")
    let after = try await stage.caller("bridge").evidence(of: .governance).count
    #expect(after - before < 40, "refusals beyond ten a minute are counted, not written down")
  }
}
