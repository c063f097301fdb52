import Attestations
import Daemon
import MerkleLog
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@testable import TrainingPlane

@Suite struct SubmissionTests {
  let house: TestHouse
  let plane: TestPlane

  init() async throws {
    house = try TestHouse()
    plane = try await Self.start(in: house)
  }

  static func start(in house: TestHouse, directory: TemporaryDirectory? = nil) async throws -> TestPlane {
    try await TestPlane(TrainingPlane.self, in: house, directory: directory) { TrainingPlane(context: $0).routes }
  }

  @discardableResult
  private func submit(_ result: TrainingResult, as sender: String = "trainer", to plane: TestPlane? = nil) async throws
    -> TrainingReceipt
  {
    let body = TrainingComplete(result: result)
    return try TrainingReceipt(
      await (plane ?? self.plane).send(.trainingComplete, body, as: sender, on: .submit))
  }

  @Test func receiptIsAnOutputThatEveryVerifierAccepts() async throws {
    let receipt = try await submit(TestHouse.result())
    let verified = try VerifiedTrainingOutput.verify(receipt.attestation, root: house.root)
    #expect(verified.output.result == TestHouse.result())
    #expect(verified.output.submittedBy.text == "trainer")
    #expect(verified.output.submitterPerson?.text == "tina")
    #expect(verified.output.createdAt == TestHouse.epoch)
  }

  @Test func outputEvidenceAndDeliveryAreOneChange() async throws {
    let receipt = try await submit(TestHouse.result())
    let evidence = try #require(await plane.evidence(.trainingCompleted).first)
    #expect(evidence["model_id"] == "iris")
    #expect(evidence["correlation_id"] == "run-1")
    #expect(evidence["metrics"] == ["accuracy": .number(try #require(JSONNumber(0.94)))])
    #expect(evidence["submitted_by"] == "trainer")
    #expect(evidence["peer_uid"] == .init(Int(TestPlane.callersUID)))
    let publication = try TrainingPublication(try #require(await plane.waiting(.trainingPublish).first))
    #expect(publication.attestation == receipt.attestation)
  }

  @Test func sameSubmissionAgainIsHandedOnAgainAndAFullOutboxDoesNotRefuseIt() async throws {
    let receipt = try await submit(TestHouse.result())
    try await plane.tamper("DELETE FROM outbox")
    #expect(try await submit(TestHouse.result()).attestation == receipt.attestation)
    #expect(try await plane.waiting(.trainingPublish).count == 1)
    try await plane.tamper(
      """
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
      INSERT INTO outbox (kind, digest, body, enqueued_at, next_attempt_at) SELECT 'x', i, x'7b7d', 0, 0 FROM n
      """)
    try await plane.tamper("DELETE FROM outbox WHERE kind <> 'x'")
    #expect(try await submit(TestHouse.result()).attestation == receipt.attestation)
  }

  @Test func sameSubmissionAgainGetsTheStoredReceipt() async throws {
    let first = try await submit(TestHouse.result())
    plane.clock.step(seconds: 60)
    let second = try await submit(TestHouse.result())
    #expect(second.attestation == first.attestation)
    #expect(try await plane.evidence(.trainingCompleted).count == 1)
    #expect(try await plane.waiting(.trainingPublish).count == 1)
  }

  @Test func sameSubmissionAfterARestartGetsTheStoredReceipt() async throws {
    let first = try await submit(TestHouse.result())
    try plane.context.database.close()
    let restarted = try await Self.start(in: house, directory: plane.directory)
    #expect(try await submit(TestHouse.result(), to: restarted).attestation == first.attestation)
    #expect(try await restarted.evidence(.trainingCompleted).count == 1)
  }

  @Test func otherMetricsUnderTheSameRunAreAConflict() async throws {
    try await submit(TestHouse.result())
    let refusal = try await refusal { try await submit(TestHouse.result(metrics: ["accuracy": 1])) }
    #expect(refusal?.code == .conflict)
    #expect(refusal?.message.contains("run-1") == true)
    #expect(try await plane.waiting(.trainingPublish).count == 1)
  }

  @Test func otherWeightsOfTheSameRunAreAnotherOutput() async throws {
    let first = try await submit(TestHouse.result())
    let second = try await submit(TestHouse.result(weights: "weights two"))
    #expect(first.digest != second.digest)
  }

  @Test func submissionOver96KiBIsRefusedWithBothSizes() async throws {
    let card: JSONObject = ["description": .string(String(repeating: "x", count: 97 * 1024))]
    let refusal = try await refusal { try await submit(TestHouse.result(card: card)) }
    #expect(refusal?.code == .invalidRequest)
    #expect(refusal?.message.contains("98304") == true)
    #expect(try await plane.waiting(.trainingPublish).isEmpty)
  }

  @Test func largestSubmissionStillFitsEverythingThatCarriesIt() async throws {
    let card: JSONObject = ["description": .string(String(repeating: "x", count: 95 * 1024))]
    let receipt = try await submit(TestHouse.result(card: card))
    #expect(receipt.attestation.payload.count <= AttestationFormat.maximumPayload)
    #expect(throws: Never.self) { try VerifiedTrainingOutput.verify(receipt.attestation, root: house.root) }
  }

  @Test func metricsTooLargeForEvidenceDoNotFailTheSubmission() async throws {
    var metrics: JSONObject = [:]
    for index in 0..<900 { metrics.append("\(String(repeating: "m", count: 80))-\(index)", 1) }
    let receipt = try await submit(TestHouse.result(metrics: metrics))
    let evidence = try #require(await plane.evidence(.trainingCompleted).first)
    #expect(evidence["metrics"]?.object?.isEmpty == true)
    #expect(evidence["metrics_left_out"]?.int == metrics.serialized().count)
    #expect(
      try VerifiedTrainingOutput.verify(receipt.attestation, root: house.root).output.result.metrics == metrics)
  }

  @Test(arguments: ["alice", "ci", "metrics", "governance-plane", "training-plane"])
  func whoIsNoSubmitterIsRefused(sender: String) async throws {
    let refusal = try await refusal { try await submit(TestHouse.result(), as: sender) }
    #expect(refusal?.code == .forbidden)
  }

  @Test func stolenNameIsRefused() async throws {
    let body = TrainingComplete(result: TestHouse.result())
    let refusal = try await refusal {
      try await plane.send(.trainingComplete, body, as: "trainer", on: .submit, signedBy: house.key("alice"))
    }
    #expect(refusal?.code == .unauthenticated)
  }

  @Test func sameMessageTwiceIsReplayed() async throws {
    let request = try OutgoingRequest(
      .trainingComplete, body: TrainingComplete(result: TestHouse.result()).fields, from: house.principal("trainer").id,
      to: plane.context.principal.id, signer: house.key("trainer"), now: plane.clock.now())
    _ = try await plane.exchange(request.frame, on: .submit)
    let again = try await plane.exchange(request.frame, on: .submit)
    let refusal = try await refusal { _ = try request.result(of: again, from: plane.context.principal) }
    #expect(refusal?.code == .replayed)
  }

  @Test func storedOutputThatWasChangedIsNotGivenOut() async throws {
    try await submit(TestHouse.result())
    let other = try house.trainingOutput(TestHouse.result(), signedBy: "alice")
    try await plane.tamper("UPDATE training_output SET envelope = ?", [other.serialized.data])
    let refusal = try await refusal { try await submit(TestHouse.result()) }
    #expect(refusal?.code == .internal)
    #expect(refusal?.message.contains("run-1") == true)
  }

  /// What is found by its key must be what was attested. Where the key itself was changed nothing is found, and the trainer's own
  /// words are attested anew, which approves nothing.
  @Test(arguments: try TableColumn.all(of: ["training_output"], in: TrainingPlane.self))
  func aColumnChangedInAStoppedPlaneGivesOutNothingElse(_ column: TableColumn) async throws {
    let receipt = try await submit(TestHouse.result())
    try plane.context.database.close()
    try column.change(in: plane.context.database.path)
    let restarted = try await Self.start(in: house, directory: plane.directory)
    restarted.clock.step(seconds: 1)
    switch column.name {
    case "sequence": #expect(try await submit(TestHouse.result(), to: restarted).digest == receipt.digest)
    case "digest", "created_at", "envelope":
      #expect(try await refusal { try await submit(TestHouse.result(), to: restarted) }?.code == .internal)
      #expect(restarted.log.lines.contains { $0.contains("a stored row was changed") })
    default:
      let again = try await submit(TestHouse.result(), to: restarted)
      #expect(
        try VerifiedTrainingOutput.verify(again.attestation, root: house.root).output.result == TestHouse.result())
    }
  }

  @Test func cardOfAnotherModelIsRefused() async throws {
    let refusal = try await refusal { try await submit(TestHouse.result(card: ["model_id": "gpt-9"])) }
    #expect(refusal?.code == .invalidRequest)
    #expect(refusal?.message.contains("card.model_id") == true)
  }

  @Test func fullOutboxIsToldAndNothingIsKept() async throws {
    // The bound itself is Storage's and tested there; here: what it takes back.
    try await plane.tamper(
      """
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
      INSERT INTO outbox (kind, digest, body, enqueued_at, next_attempt_at) SELECT 'x', i, x'7b7d', 0, 0 FROM n
      """)
    let refusal = try await refusal { try await submit(TestHouse.result()) }
    #expect(refusal?.code == .overloaded)
    #expect(try await plane.evidence(.trainingCompleted).isEmpty)
  }
}
