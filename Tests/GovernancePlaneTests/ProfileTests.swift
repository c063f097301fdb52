import Attestations
import Metadata
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@testable import GovernancePlane

/// The rules of profiles, where governance decides by them.
@Suite struct ProfileTests {
  let governance: Governance

  init() async throws { governance = try await Governance() }

  private func metrics(_ accuracy: Int) -> JSONObject { ["accuracy": .init(accuracy)] }

  /// Submits a version and proposes it; returns its approval.
  @discardableResult
  private func propose(
    _ result: TrainingResult, number: Int, environments: [String] = ["staging"], required: Int = 1,
    profile: String = "default"
  ) async throws -> ModelApproval {
    let output = try await governance.publish(result)
    let approval = TestHouse.approval(
      of: output, result, id: "approval:000000000000000\(number)", environments: environments, required: required,
      at: governance.plane.clock.now(), profile: profile)
    try await governance.propose(approval)
    return approval
  }

  private func version(_ number: Int, accuracy: Int, model: String = "iris") -> TrainingResult {
    TestHouse.result(model: model, weights: "weights \(number)", run: "run-\(number)", metrics: metrics(accuracy))
  }

  private func refusalOfProposing(_ result: TrainingResult, number: Int, profile: String) async throws -> Refusal? {
    try await refusal { try await propose(result, number: number, profile: profile) }
  }

  // MARK: no_regression

  @Test func theFirstVersionHasNothingToBeWorseThan() async throws {
    try await propose(version(1, accuracy: 1), number: 1, profile: "measured")
    let report = try await governance.plane.evidence(.approvalProposed).first?["integrity_report"]?.object
    #expect(report?["passed"] == true)
    let messages = (report?["results"]?.array ?? []).compactMap { $0.object?["message"]?.string }
    #expect(messages.contains { $0.contains("no version of this model is approved now") })
  }

  @Test func aVersionWorseThanTheApprovedOneIsRefusedAndToldWhatToDo() async throws {
    let approved = try await propose(version(1, accuracy: 2), number: 1)
    let refusal = try await refusalOfProposing(version(2, accuracy: 1), number: 2, profile: "measured")
    #expect(refusal?.code == .policyFailed)
    let message = try #require(refusal?.message)
    #expect(
      message.contains("profile measured, no_regression: accuracy is 1.0, worse than the 2.0 of \(approved.approvalID)")
    )
    #expect(message.contains("submit again"))
    #expect(try await governance.plane.evidence(.approvalProposed).count == 1)
    try await propose(version(3, accuracy: 2), number: 3, profile: "measured")
  }

  @Test func onlyWhatIsActiveOfThisModelIsComparedWith() async throws {
    try await propose(version(1, accuracy: 9, model: "other"), number: 1)
    let pending = version(2, accuracy: 8)
    try await propose(pending, number: 2, environments: ["production"], required: 2)
    let revoked = try await propose(version(3, accuracy: 7), number: 3)
    try await governance.revoke(
      governance.house.revocation(of: version(3, accuracy: 7), at: governance.plane.clock.now()))
    #expect(try await governance.get(revoked).status == .revoked)
    try await propose(version(4, accuracy: 1), number: 4, profile: "measured")
  }

  @Test func anExpiredVersionIsNotComparedWith() async throws {
    try await propose(version(1, accuracy: 9), number: 1)
    governance.plane.clock.step(seconds: 30 * 86_400)
    #expect(
      try await refusalOfProposing(version(2, accuracy: 1), number: 2, profile: "measured")?.message.contains(
        "worse than the 9.0") != true)
    #expect(try await governance.plane.evidence(.approvalProposed).count == 2)
  }

  @Test func whatStandsBehindTwoHundredRevokedVersionsIsNotGuessed() async throws {
    let result = version(1, accuracy: 9)
    let output = try await governance.publish(result)
    for number in 0...ApprovalRegister.maximumLookedAt {
      try await governance.propose(TestHouse.approval(of: output, result, id: "approval:\(number)"))
    }
    try await governance.revoke(governance.house.revocation(of: result, at: governance.plane.clock.now()))
    let refusal = try await refusalOfProposing(version(2, accuracy: 1), number: 2, profile: "measured")
    #expect(refusal?.code == .conflict && refusal?.message.contains("were all revoked") == true)
  }

  @Test func theNewestActiveVersionIsTheOneThatCounts() async throws {
    try await propose(version(1, accuracy: 5), number: 1)
    governance.plane.clock.step(seconds: 60)
    try await propose(version(2, accuracy: 2), number: 2)
    #expect(
      try await refusalOfProposing(version(3, accuracy: 1), number: 3, profile: "measured")?.message.contains(
        "the 2.0 of") == true)
    try await propose(version(4, accuracy: 3), number: 4, profile: "measured")
  }

  @Test func metricsOfAChangedRowAreNotComparedWith() async throws {
    try await propose(version(1, accuracy: 5), number: 1)
    try await governance.plane.tamper("UPDATE approval SET approved_by = 'bob'")
    let refusal = try await refusalOfProposing(version(2, accuracy: 9), number: 2, profile: "measured")
    #expect(refusal?.code == .internal)
  }

  // MARK: Other rules

  @Test func aMetricBelowTheBoundOrMissingIsRefused() async throws {
    for (number, metrics) in [(1, self.metrics(0)), (2, [:])] as [(Int, JSONObject)] {
      let result = TestHouse.result(weights: "w\(number)", run: "run-\(number)", metrics: metrics)
      let refusal = try await refusalOfProposing(result, number: number, profile: "measured")
      #expect(refusal?.code == .policyFailed && refusal?.message.contains("metric_at_least:accuracy=0.5") == true)
    }
  }

  @Test func aDryRunIsOnRecordAndRefusesNothing() async throws {
    try await propose(version(1, accuracy: 1), number: 1, profile: "watched")
    let report = try await governance.plane.evidence(.approvalProposed).first?["integrity_report"]?.object
    let dry = report?["report_only"]?.array?.first?.object
    #expect(report?["passed"] == true && dry?["policy_name"] == "require_risk_level" && dry?["passed"] == false)
  }

  @Test func papersInTheMetadataCannotNameOtherWeights() async throws {
    let result = TrainingResult(
      modelID: ModelID(checked: "iris"), weightsHash: Digest(hashing: [1]), weightsKind: .file,
      correlationID: CorrelationID(checked: "run-1"),
      metadata: [
        "x_model_integrity": ["provenance": ["model_id": "iris", "weights_hash": .string(Digest(hashing: [2]).hex)]]
      ])
    let refusal = try await refusalOfProposing(result, number: 1, profile: "default")
    #expect(refusal?.code == .policyFailed && refusal?.message.contains("identity: metadata.x_model_integrity") == true)
  }

  @Test func aCardOf90KiBIsJudgedAndTheRefusalStaysShort() async throws {
    var card: JSONObject = [:]
    for index in 0..<20 { card.append("note_\(index)", .string(String(repeating: "n", count: 3300))) }
    card.append("risk_level", .string(String(repeating: "h", count: 4000)))
    let result = TestHouse.result(card: card, metrics: metrics(1))
    let refusal = try await refusalOfProposing(result, number: 1, profile: "regulated")
    #expect(refusal?.code == .policyFailed && (refusal?.message.utf8.count ?? .max) < 2000)
  }

  @Test func whatGovernanceSaysIsWhatPlanectlPreviews() async throws {
    let output = try VerifiedTrainingOutput.verify(
      governance.house.trainingOutput(version(1, accuracy: 0)), root: governance.house.root)
    let report = IntegrityReport(
      on: output, profile: ProfileName(checked: "measured"), root: governance.house.root, approved: .absent)
    let refusal = try await refusalOfProposing(version(1, accuracy: 0), number: 1, profile: "measured")
    for failure in try #require(report).failures { #expect(refusal?.message.contains(failure.message) == true) }
    #expect(report?.failures.isEmpty == false)
    let unknown = ProfileName(checked: "absent")
    #expect(IntegrityReport(on: output, profile: unknown, root: governance.house.root, approved: .absent) == nil)
  }
}
