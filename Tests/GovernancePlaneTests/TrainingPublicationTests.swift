import Attestations
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@Suite struct TrainingPublicationTests {
  @Test func outputIsAcceptedOnceByItsDigest() async throws {
    let governance = try await Governance()
    let output = try governance.house.trainingOutput()
    let first = try await governance.publish(output)
    let second = try await governance.publish(output)
    #expect(first.digest == output.payloadDigest)
    #expect(second.digest == output.payloadDigest)
    #expect(try await governance.plane.evidence(.trainingReceived).count == 1)
    #expect(try await governance.list().items.map(\.status) == [.submitted])
  }

  static let swaps: [TrainingResult] = [
    TestHouse.result(weights: "weights of a thief"), TestHouse.result(metrics: ["accuracy": 1]),
    TestHouse.result(model: "other"), TestHouse.result(card: ["risk_level": "low"]), TestHouse.result(run: "run-2"),
  ]

  @Test(arguments: swaps) func outputAlteredByTheTrainingKeyIsRefused(swapped: TrainingResult) async throws {
    let governance = try await Governance()
    let output = try governance.house.trainingOutput(attested: swapped)
    let refusal = try await refusal { try await governance.publish(output) }
    #expect(refusal?.code == .policyFailed)
    #expect(refusal?.message.contains("submission") == true)
    #expect(try await governance.list().items.isEmpty)
  }

  @Test(arguments: ["alice", "trainer", "governance-plane"]) func outputNotSignedByTrainingIsRefused(
    signer: String
  ) async throws {
    let governance = try await Governance()
    let output = try governance.house.trainingOutput(signedBy: signer)
    #expect(try await refusal { try await governance.publish(output) }?.code == .policyFailed)
  }

  @Test func submissionOfSomebodyWhoMayNotSubmitIsRefused() async throws {
    let governance = try await Governance()
    let output = try governance.house.trainingOutput(submitter: "alice")
    #expect(try await refusal { try await governance.publish(output) }?.code == .policyFailed)
  }

  @Test(arguments: ["alice", "trainer", "serving-plane"]) func onlyTheTrainingPlaneMayPublish(
    sender: String
  ) async throws {
    let governance = try await Governance()
    let body = TrainingPublication(attestation: try governance.house.trainingOutput())
    let refusal = try await refusal {
      try await governance.plane.send(.trainingPublish, body, as: sender, on: .ingest)
    }
    #expect(refusal?.code == .forbidden)
  }
}
