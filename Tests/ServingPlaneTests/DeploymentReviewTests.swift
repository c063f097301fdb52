import Attestations
import Daemon
import Foundation
import GRDB
import MerkleLog
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@testable import ServingPlane

/// What runs and may no longer: denied at once, ended after its grace, and never because a clock is wrong.
@Suite struct DeploymentReviewTests {
  private static let day = 86_400

  /// One model runs whose approval ends after 30 days.
  private func running(undeployGraceSeconds: Int? = nil, days: Int = 30) async throws -> ServingHouse {
    let serving = try await ServingHouse(house: TestHouse(undeployGraceSeconds: undeployGraceSeconds))
    try await serving.publish(expiresAt: TestHouse.epoch.adding(days: days))
    try await serving.deploy(weights: serving.weights())
    return serving
  }

  private func look(_ serving: ServingHouse, after seconds: Int) async {
    serving.plane.clock.step(seconds: seconds)
    await serving.serving.review.look()
  }

  private func undeployment(_ serving: ServingHouse) async throws -> PromotionRecord? {
    let house = serving.house
    return try await serving.plane.context.database.read { database in
      let row = try Row.fetchOne(database, sql: "SELECT undeployment FROM deployment WHERE undeployment IS NOT NULL")
      guard let bytes = row?["undeployment"] as Data? else { return nil }
      return try UnverifiedEnvelope(parsing: [UInt8](bytes), maximumPayload: AttestationFormat.maximumPayload)
        .attested(Undeployment.self, by: house.root.keys(of: .serving)).predicate.record
    }
  }

  @Test func anExpiredApprovalDeniesAtOnceAndEndsWhatRunsAfterADayAndOnlyThen() async throws {
    let serving = try await running()
    await look(serving, after: 30 * Self.day)
    #expect(try await serving.authorize() == (false, ["validity"]))
    #expect(serving.served() != nil)
    let scheduled = try await serving.plane.evidence(.undeploymentScheduled)
    #expect(scheduled.count == 1)
    #expect(scheduled.first?["due_at"] == .string(TestHouse.epoch.adding(days: 31).attestationText))
    #expect(try serving.serving.health().0.contains("denied and will be ended: 1; first iris in staging"))
    await look(serving, after: Self.day - 1)
    #expect(serving.served() != nil)
    #expect(try await serving.plane.evidence(.undeploymentScheduled).count == 1)
    await look(serving, after: 1)
    #expect(serving.served() == nil)
    let record = try #require(try await undeployment(serving))
    #expect(!record.promoted && record.message.contains("validity: expired at"))
    #expect(try await serving.plane.evidence(.modelUndeployed).first?["reason"] == .string(record.message))
  }

  @Test func theGraceIsThePolicys() async throws {
    let serving = try await running(undeployGraceSeconds: 60)
    await look(serving, after: 30 * Self.day + 59)
    #expect(serving.served() != nil)
    await look(serving, after: 1)
    #expect(serving.served() == nil)
  }

  @Test func theGraceOutlivesARestartAndAPlaneThatWasDownEndsItAtOnce() async throws {
    let serving = try await running()
    await look(serving, after: 30 * Self.day)
    let restarted = try await serving.restarted(at: TestHouse.epoch.adding(seconds: 31 * Self.day))
    #expect(restarted.served() != nil, "a start alone ends nothing of the kind")
    await restarted.serving.review.look()
    #expect(restarted.served() == nil)
  }

  @Test(arguments: [
    ClockReading(time: TestHouse.epoch.adding(days: 4000), hasJumpedAhead: true, isSettled: false),
    ClockReading(time: TestHouse.epoch.adding(days: 40), isSettled: false),
  ])
  func aClockThatHasJumpedEndsNothing(_ reading: ClockReading) async throws {
    let serving = try await running()
    serving.plane.clock.set(reading)
    await serving.serving.review.look()
    #expect(serving.served() != nil)
    #expect(try await serving.plane.evidence(.undeploymentScheduled).isEmpty)
    serving.plane.clock.set(ClockReading(time: TestHouse.epoch.adding(seconds: 10)))
    await serving.serving.review.look()
    #expect(try await serving.authorize().passed, "the jump was not persisted")
  }

  @Test func aJumpThatNobodyHasAcceptedLeavesTheWholeGrace() async throws {
    let serving = try await running()
    let jumped = TestHouse.epoch.adding(days: 40)
    serving.plane.clock.set(ClockReading(time: jumped, hasJumpedAhead: true))
    await serving.serving.review.look()
    #expect(serving.served() != nil, "by that clock the approval ended ten days ago, and its grace nine days ago")
    #expect(try await serving.plane.evidence(.undeploymentScheduled).count == 1)
    await look(serving, after: Self.day - 60)
    #expect(serving.served() != nil)
    await look(serving, after: 120)
    #expect(serving.served() == nil)
  }

  @Test func underAnExpiredRootWhatRunsGoesOnNothingBeginsAndRevokingWorks() async throws {
    let serving = try await ServingHouse(house: TestHouse(expiresAt: TestHouse.epoch.adding(days: 10)))
    try await serving.publish()
    let path = try serving.weights()
    try await serving.deploy(weights: path)
    await look(serving, after: 12 * Self.day)
    #expect(try await serving.authorize().passed)
    #expect(serving.served() != nil)
    #expect(try await serving.deniedGates { try await serving.deploy(weights: path) } == ["trust", "weights"])
    #expect(try await !serving.authorize(hash: TestHouse.result(weights: "others").weightsHash).passed)
    #expect(try await !serving.revoke(serving.house.revocation(at: serving.plane.clock.now())).isEmpty)
    #expect(serving.served() == nil)
  }

  @Test func aClockThatWentBackEndsNothing() async throws {
    let serving = try await running(days: 1)
    serving.plane.clock.step(seconds: 3 * Self.day)
    try await serving.plane.context.commit { _ in }
    serving.plane.clock.step(seconds: -Self.day)
    await serving.serving.review.look()
    #expect(serving.served() != nil)
    #expect(try await serving.authorize().failed.contains("clock"))
  }

  @Test func whatFailsToEndIsRefusedReportedAndEndedLater() async throws {
    let serving = try await running(undeployGraceSeconds: 0)
    let place = "\(serving.plane.directory.path)/deployments/staging/iris"
    // A folder that cannot be changed: root may all the same, so its link is made a folder that is not empty.
    try FileManager.default.removeItem(atPath: "\(place)/current")
    try FileManager.default.createDirectory(atPath: "\(place)/current/inside", withIntermediateDirectories: true)
    await look(serving, after: 30 * Self.day)
    #expect(try serving.serving.health().0.contains("being ended: 1"))
    #expect(serving.plane.log.lines.contains { $0.contains("could not be reviewed") })
    #expect(try await !serving.authorize().passed)
    try FileManager.default.removeItem(atPath: "\(place)/current")
    let restarted = try await serving.restarted()
    #expect(try await restarted.plane.evidence(.modelUndeployed).count == 1)
    #expect(try restarted.serving.health().0 == "ok")
  }

  @Test func itIsToldOnceSevenDaysBeforeTheApprovalEnds() async throws {
    let serving = try await running()
    await look(serving, after: 23 * Self.day - 1)
    #expect(try await serving.plane.evidence(.modelApprovalExpiring).isEmpty)
    await look(serving, after: 1)
    await look(serving, after: Self.day)
    let restarted = try await serving.restarted()
    await restarted.serving.review.look()
    let told = try await restarted.plane.evidence(.modelApprovalExpiring)
    #expect(told.count == 1)
    #expect(told.first?["expires_at"] == .string(TestHouse.epoch.adding(days: 30).attestationText))
    #expect(told.first?["model_id"] == "iris" && told.first?["environment"] == "staging")
  }

  @Test func aNewerDeploymentIsJudgedByItself() async throws {
    let serving = try await running()
    await look(serving, after: 30 * Self.day)
    let now = serving.plane.clock.now()
    try await serving.publish(id: "approval:0000000000000002", at: now, expiresAt: now.adding(days: 30))
    try await serving.deploy(weights: serving.weights())
    await look(serving, after: Self.day)
    #expect(serving.served() != nil)
    #expect(try await serving.authorize().passed)
    #expect(try serving.serving.health().0 == "ok")
  }

  @Test func aQuorumThatATrustRootTookAwayDeniesAtOnceAndEndsAfterTheGrace() async throws {
    let serving = try await running()
    let stricter = try serving.house.next { try $0.require(2, in: "staging") }
    serving.plane.clock.step(seconds: 1)
    try await serving.plane.accept(stricter)
    #expect(try await serving.authorize() == (false, ["quorum"]))
    await serving.serving.review.look()
    #expect(try await serving.plane.evidence(.undeploymentScheduled).count == 1)
    await look(serving, after: Self.day - 1)
    #expect(serving.served() != nil)
    await look(serving, after: 1)
    #expect(serving.served() == nil)
    #expect(try await undeployment(serving)?.message.contains("quorum: 1 of 2") == true)
  }

  @Test func whatIsAllowedAgainBeforeItsEndGoesOn() async throws {
    let serving = try await running()
    let stricter = try serving.house.next { try $0.require(2, in: "staging") }
    try await serving.plane.accept(stricter)
    await serving.serving.review.look()
    #expect(try serving.serving.health().0.contains("denied and will be ended"))
    try await serving.plane.accept(stricter.next { try $0.require(1, in: "staging") })
    await look(serving, after: 2 * Self.day)
    #expect(serving.served() != nil)
    #expect(try await serving.authorize().passed)
    #expect(try await serving.plane.evidence(.undeploymentCancelled).count == 1)
  }
}
