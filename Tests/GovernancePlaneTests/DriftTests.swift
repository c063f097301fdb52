import Attestations
import Drift
import MerkleLog
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@testable import GovernancePlane

/// Observations that governance refuses, judges, and revokes by.
@Suite struct DriftTests {
  let governance: Governance
  let approval: ModelApproval

  init() async throws {
    (governance, approval) = try await Self.house(metadata: [:])
  }

  /// A governance plane with an active approval of the watched model, three hours after the epoch.
  private static func house(
    metadata: JSONObject, extra: [(name: String, person: String, role: Role)] = [],
    autoRevoke: AutomaticRevocation? = nil
  ) async throws -> (Governance, ModelApproval) {
    let house = try TestHouse(extra: extra, autoRevoke: autoRevoke)
    let governance = try await Governance(in: house)
    let output = try await governance.publish(TestHouse.watched(metadata: metadata))
    let approval = TestHouse.approval(of: output)
    try await governance.propose(approval)
    governance.plane.clock.step(seconds: 3 * 3600)
    return (governance, approval)
  }

  // MARK: Refused

  @Test func aStolenServingKeyCannotInventAWindow() async throws {
    let invented = try governance.observed(TestHouse.window(1), of: approval, signedBy: "serving-plane")
    #expect(try await governance.refusal(of: invented) == .policyFailed)
  }

  @Test func aStolenServingKeyCannotMoveAMonitorsWindow() async throws {
    let moved = try governance.observed(TestHouse.window(1), of: approval, claimed: TestHouse.window(2))
    #expect(try await governance.refusal(of: moved) == .policyFailed)
  }

  @Test func aMonitorAloneCannotReportPastServing() async throws {
    let direct = try governance.observed(TestHouse.window(1), of: approval, servedBy: "metrics")
    #expect(try await governance.refusal(of: direct) == .policyFailed)
  }

  @Test func anApproverIsNoMonitor() async throws {
    let foreign = try governance.observed(TestHouse.window(1), of: approval, by: "alice")
    #expect(try await governance.refusal(of: foreign) == .policyFailed)
  }

  @Test func aWindowInTheFutureIsRefused() async throws {
    #expect(
      try await governance.refusal(of: governance.observed(TestHouse.window(300), of: approval)) == .invalidRequest)
  }

  @Test func aWindowOfLastMonthIsRefused() async throws {
    governance.plane.clock.step(seconds: 8 * 86_400)
    #expect(try await governance.refusal(of: governance.observed(TestHouse.window(1), of: approval)) == .invalidRequest)
  }

  @Test func aReplayedWindowInANewEnvelopeIsRefused() async throws {
    let window = TestHouse.window(1, shift: 0.5)
    try await governance.observe(governance.observed(window, of: approval))
    #expect(try await governance.refusal(of: governance.observed(window, of: approval)) == .conflict)
    #expect(try await governance.checks().count == 1)
  }

  @Test func theSameEnvelopeAgainIsAnsweredTheSameAndCountsOnce() async throws {
    let envelope = try governance.observed(TestHouse.window(1), of: approval)
    let first = try await governance.observe(envelope)
    #expect(try await governance.observe(envelope) == first)
    #expect(try await governance.checks().count == 1)
  }

  @Test func anOverlappingWindowIsRefused() async throws {
    try await governance.observe(governance.observed(TestHouse.window(2), of: approval))
    #expect(try await governance.refusal(of: governance.observed(TestHouse.window(1), of: approval)) == .conflict)
  }

  @Test func anApprovalThatGovernanceDoesNotHoldHasNoBaseline() async throws {
    let other = TestHouse.approval(of: try governance.house.trainingOutput(), id: "approval:00000000000000ff")
    #expect(try await governance.refusal(of: governance.observed(TestHouse.window(1), of: other)) == .notFound)
  }

  @Test func anEnvironmentThatWasNotApprovedIsRefused() async throws {
    let window = TestHouse.window(1, environment: "production")
    #expect(try await governance.refusal(of: governance.observed(window, of: approval)) == .notFound)
  }

  @Test func onlyTheLastChecksOfASeriesAreKept() async throws {
    for minute in 0..<DriftCheckStore.keptOfSeries + 2 {
      try await governance.observe(governance.observed(TestHouse.window(minute), of: approval))
    }
    #expect(try await governance.checks(limit: 100).count == DriftCheckStore.keptOfSeries)
  }

  @Test func aCheckThatWasChangedOnDiskIsNotShown() async throws {
    try await governance.observe(governance.observed(TestHouse.window(1, shift: 0.5), of: approval))
    try await governance.plane.tamper("UPDATE drift_check SET monitor = 'bridge'")
    #expect(try await refusal { _ = try await governance.checks() }?.code == .internal)
  }

  // MARK: Judged

  @Test func aSoundWindowIsHealthyAndSaysSo() async throws {
    try await governance.observe(governance.observed(TestHouse.window(1), of: approval))
    let check = try #require(try await governance.checks().first)
    #expect(check.result.outcome == .healthy && check.result.summary == "No drift detected")
    #expect(check.baselineDigest == approval.trainingOutputDigest)
    #expect(try await governance.plane.evidence(.driftChecked).count == 1)
  }

  @Test func aShiftIsFoundAndToldWithUpstreamsFields() async throws {
    try await governance.observe(governance.observed(TestHouse.window(1, shift: 0.5), of: approval))
    let check = try #require(try await governance.checks().first)
    #expect(check.result.isDrifted && check.result.series.first?.findings?.p ?? 1 < 1e-9)
    let entry = try #require(try await governance.plane.evidence(.modelDriftDetected).first)
    let names = ["model_id", "severity", "confidence", "summary", "recommended_action", "correlation_id"]
    #expect(entry.members.prefix(6).map(\.key) == names)
    #expect(entry["correlation_id"] == "run-1")
  }

  @Test func valuesThatAreNoNumbersAreInvalidAndNotHealthy() async throws {
    let values = WatchedValues(
      metrics: ["accuracy": .nan], series: ["petal": .numbers([.nan] + TestHouse.even(50, from: 0))])
    let window = TestHouse.window(1)
    let bad = Observation(
      modelID: window.modelID, environment: window.environment, windowStart: window.windowStart,
      windowEnd: window.windowEnd, values: values)
    try await governance.observe(governance.observed(bad, of: approval))
    #expect(try await governance.checks().first?.result.outcome == .invalid)
  }

  @Test func anAlarmIsRaisedByTwoOfThreeWindows() async throws {
    for (minute, shift) in [(1, 0.5), (2, 0), (3, 0.5)] {
      try await governance.observe(governance.observed(TestHouse.window(minute, shift: shift), of: approval))
    }
    #expect(try await governance.checks().map(\.alarm.isRaised) == [true, false, false])
    let alerts = try await governance.plane.evidence(.driftAlert)
    let names = [
      "model_id", "severity", "alerted_at", "summary", "recommended_action", "overall_severity", "confidence",
    ]
    #expect(alerts.count == 1 && alerts.first?.members.map(\.key) == names)
    #expect(alerts.first?["severity"] == "critical")
  }

  @Test func anybodyComputesTheSameFromTheEvidence() async throws {
    try await governance.observe(governance.observed(TestHouse.window(1, shift: 0.5, accuracy: 0.4), of: approval))
    let item = try await governance.evidenceOfNewest()
    let root = governance.house.root
    let check = try item.driftCheck.attested(DriftCheck.self, by: root.keys(of: .governance)).predicate
    let observation = try VerifiedObservation.verify(try #require(item.observation), root: root)
    let output = try VerifiedTrainingOutput.verify(try #require(item.trainingOutput), root: root)
    #expect(check.disagreement(with: observation, output) == nil)
    let other = try VerifiedObservation.verify(
      governance.observed(TestHouse.window(1, shift: 0.4, accuracy: 0.4), of: approval), root: root)
    #expect(check.disagreement(with: other, output) != nil)
  }

  // MARK: Revoked

  @Test func driftRevokesNothingWhereThePolicyDoesNotSaySo() async throws {
    for minute in 1...5 {
      try await governance.observe(governance.observed(TestHouse.window(minute, shift: 2), of: approval))
    }
    #expect(try await governance.get(approval).status == .active)
  }

  @Test func driftRevokesAtThePolicysSeverityAndNamesItsCheck() async throws {
    let rule = AutomaticRevocation(severity: 0.8, windows: 2)
    let (governance, approval) = try await Self.house(metadata: [:], autoRevoke: rule)
    try await governance.observe(governance.observed(TestHouse.window(1, shift: 0.5), of: approval))
    #expect(try await governance.get(approval).status == .active)
    try await governance.observe(governance.observed(TestHouse.window(2, shift: 0.5), of: approval))
    #expect(try await governance.get(approval).status == .revoked)
    let publication = try RevocationPublication(
      try #require(try await governance.plane.waiting(.revocationPublish).first))
    let root = governance.house.root
    let revocation = try Tombstone.verify(publication.revocation, root: root, now: governance.plane.clock.now())
    #expect(revocation.predicate.revokedBy.text == "system:drift-detector")
    #expect(revocation.signers == root.keys(of: .governance))
    let digest = try await governance.evidenceOfNewest().driftCheck.payloadDigest
    #expect(revocation.predicate.driftCheckDigest == digest)
    let observation = try #require(publication.observation, "serving judges it by what serving signed")
    #expect(observation.payloadDigest == (try await governance.evidenceOfNewest().observation)?.payloadDigest)
  }

  /// Serving came back on an old database, and the policy has changed since: it is told with all that it judges by.
  @Test func whatDriftRevokedIsToldAgainWithItsObservation() async throws {
    let rule = AutomaticRevocation(severity: 0.8)
    let (governance, approval) = try await Self.house(metadata: [:], autoRevoke: rule)
    let observed = try governance.observed(TestHouse.window(1, shift: 0.5), of: approval)
    try await governance.observe(observed)
    try await governance.plane.tamper("DELETE FROM outbox")
    try await governance.plane.accept(
      governance.house.next { draft in
        draft.policy = try draft.policy.setting(["auto_revoke": .null], of: EnvironmentName(checked: "staging"))
      })
    // A hundred later windows push out what no revocation followed from.
    for minute in 2..<DriftCheckStore.keptOfSeries + 10 {
      try await governance.observe(governance.observed(TestHouse.window(minute), of: approval))
    }
    let comparison = ServingComparison(context: governance.plane.context)
    let expected = try await comparison.expectation()
    var memory = ServingComparison.Memory()
    let forgetful = LeaseReceipt(revocations: RevocationChain([]), approvalCount: 0)
    for _ in 0..<3 { #expect(try await !comparison.compare(forgetful, expected, &memory)) }
    let told = try RevocationPublication(
      try #require(try await governance.plane.waiting(.revocationPublish).first))
    #expect(told.observation?.payloadDigest == observed.payloadDigest)
  }

  /// Governance itself came back on an old database, after the policy had changed: serving tells it what it signed.
  @Test func aRestoredGovernanceTakesItsOwnRevocationBackUnderAnotherPolicy() async throws {
    let rule = AutomaticRevocation(severity: 0.8)
    let (governance, approval) = try await Self.house(metadata: [:], autoRevoke: rule)
    let automatic = ModelRevocation(
      approvalID: nil, modelID: approval.modelID, weightsHash: approval.weightsHash, revokedBy: .driftDetector,
      reason: "drift", revokedAt: TestHouse.epoch, driftCheckDigest: Digest(hashing: []))
    let revocation = try UnverifiedEnvelope(attesting: automatic, by: [governance.house.key("governance-plane")])
    try await governance.plane.accept(
      governance.house.next { draft in
        draft.policy = try draft.policy.setting(["auto_revoke": .null], of: EnvironmentName(checked: "staging"))
      })
    let body = RevocationPublication(revocation: revocation)
    try await governance.plane.send(.revocationPublish, body, as: "serving-plane", on: .observe)
    #expect(try await governance.get(approval).status == .revoked)
  }

  @Test func oneMonitorCannotForceItWhereTwoPersonsMustAgree() async throws {
    let rule = AutomaticRevocation(severity: 0.8, monitors: 2)
    let extra: [(name: String, person: String, role: Role)] = [
      ("metrics-too", "mia", .monitor), ("probe", "paul", .monitor),
    ]
    let (governance, approval) = try await Self.house(metadata: [:], extra: extra, autoRevoke: rule)
    let window = TestHouse.window(1, shift: 0.5)
    for monitor in ["metrics", "metrics-too"] {
      try await governance.observe(governance.observed(window, of: approval, by: monitor))
    }
    #expect(try await governance.get(approval).status == .active)
    try await governance.observe(governance.observed(window, of: approval, by: "probe"))
    #expect(try await governance.get(approval).status == .revoked)
  }

  @Test func aMilderDriftDoesNotRevoke() async throws {
    let rule = AutomaticRevocation(severity: 0.8)
    let (governance, approval) = try await Self.house(metadata: [:], autoRevoke: rule)
    try await governance.observe(governance.observed(TestHouse.window(1, shift: 0.2), of: approval))
    #expect(try await governance.checks().first?.result.isDrifted == true)
    #expect(try await governance.get(approval).status == .active)
  }

  @Test func nobodySendsARevocationInTheDriftDetectorsName() async throws {
    let house = governance.house
    let forged = try UnverifiedEnvelope(
      attesting: ModelRevocation(
        approvalID: nil, modelID: approval.modelID, weightsHash: approval.weightsHash, revokedBy: .driftDetector,
        reason: "drift", revokedAt: TestHouse.epoch, driftCheckDigest: Digest(hashing: [])),
      by: [house.key("alice")])
    #expect(try await refusal { try await governance.revoke(forged) }?.code == .policyFailed)
  }
}

extension Governance {
  func observed(
    _ observation: Observation, of approval: ModelApproval, by monitor: String = "metrics", signedBy: String? = nil,
    servedBy: String = "serving-plane", claimed: Observation? = nil
  ) throws -> UnverifiedEnvelope {
    try house.observation(
      observation, of: approval, by: monitor, at: plane.clock.now(), signedBy: signedBy, servedBy: servedBy,
      claimed: claimed)
  }

  @discardableResult
  func observe(_ envelope: UnverifiedEnvelope) async throws -> Digest {
    let body = TrainingPublication(attestation: envelope)
    return try Acceptance(await plane.send(.observationPublish, body, as: "serving-plane", on: .observe)).digest
  }

  fileprivate func refusal(of envelope: UnverifiedEnvelope) async throws -> ErrorCode? {
    try await TestSupport.refusal { try await observe(envelope) }?.code
  }

  /// Newest first.
  fileprivate func checks(limit: Int = 20) async throws -> [DriftCheck] {
    let query = DriftGet(modelID: ModelID(checked: "iris"), limit: limit)
    let page = try Page<DriftCheckItem>(await plane.send(.driftGet, query, as: "bridge", on: .governanceRead))
    return try page.items.map {
      try $0.driftCheck.attested(DriftCheck.self, by: house.root.keys(of: .governance)).predicate
    }
  }

  fileprivate func evidenceOfNewest() async throws -> DriftCheckItem {
    let model = ModelID(checked: "iris")
    let list = try Page<DriftCheckItem>(
      await plane.send(.driftGet, DriftGet(modelID: model), as: "bridge", on: .governanceRead))
    let digest = list.items.first?.driftCheck.payloadDigest
    let query = DriftGet(modelID: model, checkDigest: digest)
    let page = try Page<DriftCheckItem>(await plane.send(.driftGet, query, as: "bridge", on: .governanceRead))
    guard let item = page.items.first else { throw Absent("drift check") }
    return item
  }
}
