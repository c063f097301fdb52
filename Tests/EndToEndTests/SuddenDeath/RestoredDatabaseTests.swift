import Attestations
import PlaneContract
import Signing
import TestSupport
import Testing

/// A plane comes back on a database from an hour ago. What others hold stands, what is lost is denied until it is told or asked again,
/// and what was revoked stays revoked. Its log is another than the one that others have seen, so the root keys reset it first.
@Suite("A restored database", .serialized, .runningPlanes)
struct RestoredDatabaseTests {
  let stage: Stage
  var planes: DaemonFixture { stage.planes }

  init() throws { stage = try Stage() }

  @Test("Training forgets a receipt: the output that was signed stands, and asking again adds one that says the same")
  func training() async throws {
    let (kept, lost) = (try Journey("training/kept", on: planes), try Journey("training/lost", on: planes))
    try await kept.travel([.submit])
    let backup = try await DatabaseBackup(of: .training, on: planes)
    try await lost.travel(Step.path)
    try await backup.restore()
    try await planes.resetLog(of: .training)

    try await kept.travel(Step.path)
    try await kept.expectItRuns()
    try await lost.expectItRuns()
    let (first, second) = (try #require(await lost.receipts[.submit]), try await lost.submitAnew())
    #expect(first.digest != second.digest, "training cannot know that it has signed this before")
    let outputs = try [first, second].map { try Statement<TrainingOutput>.parse($0.payload) }
    #expect(outputs[0].result == outputs[1].result && outputs[0].submittedBy == outputs[1].submittedBy)
    try await planes.governanceHolds(second.digest)
    try await planes.governanceHolds(first.digest)
    try await lost.expectItRuns()
    try await stage.expectSteadyStillRuns()
  }

  @Test("Governance forgets outputs, signatures and a revocation: what runs goes on, and all of it comes back")
  func governance() async throws {
    let names = ["governance/signed", "governance/whole", "governance/revoked"]
    let (signed, whole, revoked) = try (
      Journey(names[0], on: planes), Journey(names[1], on: planes), Journey(names[2], on: planes)
    )
    try await signed.travel([.submit, .propose])
    try await revoked.travel(Step.path)
    let backup = try await DatabaseBackup(of: .governance, on: planes)
    try await signed.travel([.sign, .deploy])
    try await whole.travel(Step.path)
    try await revoked.travel([.revoke])
    try await backup.restore()
    try await planes.resetLog(of: .governance)

    // Serving stands by what it has verified itself.
    try await signed.expectItRuns()
    try await whole.expectItRuns()
    try await stage.expectSteadyStillRuns()
    let shown = try await Planectl(planes.home).run("models", "show", whole.model.text, "--as", "bridge")
    #expect(shown.code == 0 && shown.output.contains("governance-plane knows no version of these weights"), "\(shown)")
    // Serving noticed, and nobody had to ask.
    try await revoked.expectItIsDead()
    // Asking again gives the same signatures under the same digests.
    try await signed.travel(Step.path)
    try await signed.expectItRuns()
    try await whole.travel([.submit])
    try await whole.approveAnew()
    try await whole.expectItRuns()
  }

  @Test("Serving forgets approvals, deployments and revocations: nothing unapproved runs, and nothing revoked stays")
  func serving() async throws {
    let names = ["serving/revoked", "serving/stopped", "serving/lost"]
    let (revoked, stopped, lost) = try (
      Journey(names[0], on: planes), Journey(names[1], on: planes), Journey(names[2], on: planes)
    )
    try await revoked.travel(Step.path)
    try await stopped.travel(Step.path)
    let backup = try await DatabaseBackup(of: .serving, on: planes)
    try await revoked.travel([.revoke])
    try await stopped.travel([.revokeAtServing])
    try await lost.travel(Step.path)
    try await backup.restore()
    // What nobody would miss otherwise: it is said, beside the dispute and after it, until something runs there again.
    let ended = "served without being on record, and ended: 1, first \(lost.model)"
    try await planes.health(of: .serving, says: ended)
    try await planes.health(of: .serving, says: "reset-log serving-plane")
    #expect(try await stage.caller("bridge").status(of: .serving).health.contains(ended))
    try await planes.resetLog(of: .serving)
    try await planes.health(of: .serving, says: ended)

    try await stage.expectSteadyStillRuns()
    // Governance noticed, and nobody had to ask.
    try await revoked.arrival(of: .revoke)
    try await stopped.arrival(of: .revoke)
    try await revoked.expectItIsDead()
    try await stopped.expectItIsDead()
    #expect(try planes.home.served(lost.model.text) == nil, "what is not on record is not served")
    // The approval too: governance compares in every answer to a lease.
    try await lost.arrivesAtServing()
    try await lost.deployAnew()
    try await lost.expectItRuns()
    try await planes.health(of: .serving, says: "ok")
  }
}

// What differs from what was answered before, because the plane has forgotten that answer.
extension Journey {
  func submitAnew() async throws -> StepReceipt { try await ask(.submit) }
  func deployAnew() async throws { _ = try await ask(.deploy) }

  func approveAnew() async throws {
    let output = try #require(receipts[.submit]).digest
    try await planes.approved(planes.approval(of: result, output: output))
  }

  func arrivesAtServing() async throws {
    let (ci, model, weights) = (try planes.home.caller("ci"), model, result.weightsHash)
    try await pollUntil("serving knows the approval of \(model)") {
      try await ci.authorize(model, weights: weights).passed
    }
  }
}
