import Attestations
import Drift
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// The key: observations, revocations and approvals that nobody signed, at governance's door.
extension LyingServingPlaneTests {
  @Test("The serving key alone invents no window: the message in it must be the monitor's")
  func inventedWindow() async throws {
    let watched = try await planes.watched("stolen/invented")
    for signer in ["serving-plane", "ci", "bridge"] {
      let window = watched.window(-2, from: .now(), shift: 0.5)
      try await expectRefused(.policyFailed, saying: "signature") {
        try await publish(observation(window, of: watched, message: try message(window, signedBy: signer)))
      }
    }
    #expect(try await planes.checks(0, of: watched.id).isEmpty)
  }

  @Test("A monitor's message about one model is nothing about another, nor about another window or environment")
  func anothersWindow() async throws {
    let (watched, other) = (try await planes.watched("stolen/victim"), try await planes.watched("stolen/other"))
    let drifted = other.window(-2, from: .now(), shift: 0.5)
    let seen = watched.window(-2, from: .now())
    let moved = watched.window(-60, from: .now())
    for (claimed, message) in [(seen, try message(drifted)), (moved, try message(seen))] {
      try await expectRefused(.policyFailed, saying: "differs from what metrics signed") {
        try await publish(observation(claimed, of: watched, message: message))
      }
    }
    #expect(try await planes.checks(0, of: watched.id).isEmpty)
  }

  @Test("A milder model's approval in the place of this one's brings no milder baseline")
  func anothersBaseline() async throws {
    let (watched, other) = (try await planes.watched("stolen/strict"), try await planes.watched("stolen/mild"))
    let window = watched.window(-2, from: .now(), shift: 0.5)
    try await expectRefused(.notFound, saying: "no approval") {
      try await publish(observation(window, of: watched, approvedBy: other.approval, message: try message(window)))
    }
  }

  @Test("A window that was judged is not judged again, however often it is attested anew")
  func replayedWindow() async throws {
    let watched = try await planes.watched("stolen/replayed")
    let window = watched.window(-2, from: .now(), shift: 0.5)
    let message = try message(window)
    try await publish(observation(window, of: watched, message: message))
    for seconds in 1...3 {
      let again = try observation(
        window, of: watched, receivedAt: Timestamp.now().adding(seconds: seconds), message: message)
      try await expectRefused(.conflict, saying: "before the end of an earlier one") { try await publish(again) }
    }
    #expect(try await planes.checks(1, of: watched.id).count == 1)
  }

  @Test("A monitor's message from another day is not attested as one of today, nor the other way round")
  func anotherDay() async throws {
    let watched = try await planes.watched("stolen/dated")
    let window = watched.window(-2, from: .now())
    for seconds in [86_400, -86_400] {
      let dated = try observation(
        window, of: watched, receivedAt: Timestamp.now().adding(seconds: seconds), message: message(window))
      try await expectRefused(.policyFailed, saying: "received_at") { try await publish(dated) }
    }
    #expect(try await planes.checks(0, of: watched.id).isEmpty)
  }

  @Test(
    "It revokes nothing by its own key, nor by those of people who may not",
    arguments: ["serving-plane", "ci", "metrics", "trainer"])
  func forgedRevocation(_ signer: String) async throws {
    let revocation = planes.revocation(of: planes.approval(of: stage.steady))
    let forged = try UnverifiedEnvelope(attesting: revocation, by: [attacker.key, try planes.home.key(signer)])
    try await expectRefused(.policyFailed) { try await publish(forged) }
    try await stage.expectSteadyStillRuns()
  }

  @Test("It revokes nothing as the drift detector")
  func driftDetector() async throws {
    let weights = stage.steady.weightsHash
    let revocation = ModelRevocation(
      approvalID: nil, modelID: stage.steady.id, weightsHash: weights, revokedBy: .driftDetector,
      reason: "says serving",
      revokedAt: .now(), driftCheckDigest: weights)
    let forged = try UnverifiedEnvelope(attesting: revocation, by: [attacker.key])
    try await expectRefused(.policyFailed) { try await publish(forged) }
    try await stage.expectSteadyStillRuns()
  }

  @Test("Its key opens nothing else: no proposal, no signature, no output, no revocation in an approver's place")
  func othersBusiness() async throws {
    let approval = planes.approval(of: stage.steady)
    let output = TrainingPublication(attestation: stage.steady.receipt.attestation).fields
    let revocation = try UnverifiedEnvelope(attesting: planes.revocation(of: approval), by: [attacker.key])
    let attempts: [(MessageKind, JSONObject, SocketName)] = [
      (.trainingPublish, output, .ingest), (.trainingPublish, output, .observe),
      (.trainingComplete, TrainingComplete(result: stage.steady.result).fields, .submit),
      (.modelRevoke, Revocation(revocation: revocation).fields, .approve),
      (.approvalList, ApprovalList().fields, .governanceRead),
    ]
    for (kind, body, socket) in attempts {
      try await expectRefused(.forbidden) { try await attacker.ask(kind, body, on: socket) }
    }
    try await expectRefused(.forbidden) { _ = try await attacker.propose(approval) }
    try await expectRefused(.notFound) { _ = try await stage.caller("alice").approval(approval.approvalID) }
  }

  @Test("A flood of forgeries fills no log and keeps nobody waiting")
  func flood() async throws {
    let before = try await stage.caller("bridge").evidence(of: .governance).count
    let revocation = planes.revocation(of: planes.approval(of: stage.steady))
    let forged = try UnverifiedEnvelope(attesting: revocation, by: [attacker.key])
    for _ in 0..<150 { try await expectRefused(.policyFailed) { try await publish(forged) } }
    _ = try await planes.trained("lies/beside-a-flood")
    let after = try await stage.caller("bridge").evidence(of: .governance).count
    #expect(after - before < 40, "refusals beyond ten a minute are counted, not written down")
  }
}
