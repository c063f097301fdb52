import Attestations
import Daemon
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@testable import TrainingPlane

/// The training plane after its key was replaced: nothing that it gave a receipt for is lost.
@Suite struct NewTrainingKeyTests {
  let old: TestHouse
  let new: TestHouse
  let directory: TemporaryDirectory
  let receipt: TrainingReceipt

  /// One output was submitted, and waits for governance when the plane is started with another key.
  init() async throws {
    old = try TestHouse()
    let key = try SecretKey.generate()
    new = try old.next(newKeys: ["training-plane": key]) { $0.replaceKey(of: "training-plane", with: key) }
    directory = try TemporaryDirectory()
    let plane = try await Self.start(in: old, directory)
    receipt = try await Self.submit(to: plane)
    try plane.context.database.close()
  }

  @Test func whileTheEvidenceIsInDoubtTheNewKeySignsNothingThatWaits() async throws {
    let plane = try await Self.start(in: new, directory)
    plane.context.evidence.report("table training_output: a row that nobody accepted", to: plane.log.logger)
    let refused = try await refusal { try await SubmissionService(context: plane.context).renewWaiting() }
    #expect(refused?.code == .unavailable)
    let waiting = try TrainingPublication(try #require(try await plane.waiting(.trainingPublish).first)).attestation
    #expect(throws: (any Error).self) { try VerifiedTrainingOutput.verify(waiting, root: new.root) }
  }

  @Test func whatTheOldKeySignedIsHeldBackUntilADisputeHasEndedAndIsSignedThen() async throws {
    let plane = try await Self.start(in: new, directory)
    let (training, renewal) = (
      TrainingPlane(context: plane.context), SubmissionRenewal(service: SubmissionService(context: plane.context))
    )
    #expect(training.holdsBack(.trainingPublish) && !training.holdsBack(.revocationPublish))
    // Also a row that nobody can read keeps the plane from nothing else.
    let origin = "\(plane.context.origin(of: .training))"
    try await plane.tamper("INSERT INTO log_dispute VALUES (?, 'nonsense', '', '', NULL, 0)", [origin])
    #expect(await !renewal.renew())
    #expect(!renewal.isDone)
    try await plane.tamper("DELETE FROM log_dispute")
    #expect(await renewal.renew())
    #expect(renewal.isDone)
    let waiting = try TrainingPublication(try #require(try await plane.waiting(.trainingPublish).first)).attestation
    #expect(throws: Never.self) { try VerifiedTrainingOutput.verify(waiting, root: new.root) }
  }

  @Test func whatWaitsIsSignedByTheNewKeyPayloadUnchanged() async throws {
    let plane = try await Self.start(in: new, directory)
    try await SubmissionService(context: plane.context).renewWaiting()
    let waiting = try await plane.waiting(.trainingPublish)
    #expect(waiting.count == 1)
    let published = try TrainingPublication(try #require(waiting.first)).attestation
    #expect(published.payload == receipt.attestation.payload)
    #expect(throws: Never.self) { try VerifiedTrainingOutput.verify(published, root: new.root) }
  }

  @Test func askingAgainBringsAReceiptOfTheNewKey() async throws {
    let plane = try await Self.start(in: new, directory)
    try await plane.tamper("DELETE FROM outbox")
    let again = try await Self.submit(to: plane)
    #expect(again.attestation.payloadDigest == receipt.attestation.payloadDigest)
    #expect(throws: Never.self) { try VerifiedTrainingOutput.verify(again.attestation, root: new.root) }
    #expect(try await plane.waiting(.trainingPublish).count == 1)
  }

  private static func start(in house: TestHouse, _ directory: TemporaryDirectory) async throws -> TestPlane {
    try await TestPlane(TrainingPlane.self, in: house, directory: directory) { TrainingPlane(context: $0).routes }
  }

  private static func submit(to plane: TestPlane) async throws -> TrainingReceipt {
    let body = TrainingComplete(result: TestHouse.result())
    return try TrainingReceipt(await plane.send(.trainingComplete, body, as: "trainer", on: .submit))
  }
}
