import Attestations
import Foundation
import MerkleLog
import PlaneContract
import Signing
import TestSupport
import Testing
import WeightsDigest
import Wire

@testable import ServingPlane

/// What runs is what was approved, through restarts, retries and rollbacks.
@Suite struct ServingDeploymentTests {
  @Test func whatIsServedIsTheVeryBytesUnderTheirOwnName() async throws {
    let serving = try await ServingHouse()
    try await serving.publish()
    let promotion = try await serving.deploy(weights: serving.weights(named: "iris.bin"))
    #expect(serving.served() == "weights one")
    #expect(promotion.promoted && promotion.environment.text == "staging" && promotion.deployedBy.text == "ci")
    let intents = try await serving.plane.evidence(.deploymentIntended)
    #expect(intents.count == 1 && promotion.evidenceEntryID.hasSuffix("/serving-plane#1"))
    #expect(try await serving.plane.evidence(.modelDeployment).count == 1)
  }

  @Test func aFlippedBitIsRefusedByWeightsAndWhatRanStillRuns() async throws {
    let serving = try await ServingHouse()
    try await serving.publish()
    try await serving.deploy(weights: serving.weights())
    let flipped = try serving.weights("weights onf", named: "flipped.bin")
    #expect(try await serving.deniedGates { try await serving.deploy(weights: flipped) } == ["weights"])
    #expect(serving.served() == "weights one")
    #expect(try await serving.authorize().passed)
  }

  @Test func aPathOutsideTheRootsOrIntoThePlanesOwnStateIsRefused() async throws {
    let serving = try await ServingHouse()
    try await serving.publish()
    let own = serving.plane.directory.path
    try "a secret".write(toFile: "\(own)/plane.pem", atomically: true, encoding: .utf8)
    for path in [
      "/etc/passwd", "\(own)/plane.pem", "\(own)/state.sqlite", own, "model.bin", "\(serving.models.path)/../x",
    ] {
      let refusal = try await refusal { try await serving.deploy(weights: path) }
      let decision = try #require(refusal?.decision)
      #expect(ServingHouse.verdict(decision).failed == ["weights"], "\(path)")
      let reason = decision["gates"]?.array?.compactMap(\.object).first { $0["gate"] == "weights" }?["reason"]?.string
      // What is refused unread tells nothing of what it holds.
      #expect(reason?.contains("sha256:") == false, "\(path): \(reason ?? "no reason")")
    }
  }

  @Test func askingAgainIsAnsweredWithTheSamePromotion() async throws {
    let serving = try await ServingHouse()
    try await serving.publish()
    let path = try serving.weights()
    let first = try await serving.deploy(weights: path)
    #expect(try await serving.deploy(weights: path) == first)
    #expect(try await serving.deploy() == first)
    #expect(try await serving.plane.evidence(.modelDeployment).count == 1)
  }

  @Test func manyDeploysOfOneModelAtOnceAreOneDeployment() async throws {
    let serving = try await ServingHouse()
    try await serving.publish()
    let path = try serving.weights()
    let promotions = try await withThrowingTaskGroup(of: PromotionRecord.self) { group in
      for _ in 0..<12 { group.addTask { try await serving.deploy(weights: path) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(promotions.allSatisfy { $0 == promotions.first })
    #expect(try await serving.plane.evidence(.deploymentIntended).count == 1)
  }

  @Test func thePreviousVersionComesBackFromTheStoreAlone() async throws {
    let serving = try await ServingHouse()
    try await serving.publish()
    let second = TestHouse.result(weights: "weights two", run: "run-2")
    try await serving.publish(second, id: "approval:2")
    try await serving.deploy(weights: serving.weights(), approval: "approval:0000000000000001")
    try await serving.deploy(weights: serving.weights("weights two", named: "two.bin"), approval: "approval:2")
    #expect(serving.served() == "weights two")
    try FileManager.default.removeItem(atPath: serving.models.path)
    try await serving.deploy(approval: "approval:0000000000000001")
    #expect(serving.served() == "weights one")
  }

  @Test func theStoreKeepsWhatRunsAndTheLastTwo() async throws {
    let serving = try await ServingHouse()
    for number in 1...5 {
      let result = TestHouse.result(weights: "weights \(number)", run: "run-\(number)")
      try await serving.publish(result, id: "approval:\(number)")
      try await serving.deploy(
        weights: serving.weights("weights \(number)", named: "\(number).bin"), approval: "approval:\(number)")
    }
    let restarted = try await serving.restarted()
    let kept = try FileManager.default.contentsOfDirectory(atPath: "\(restarted.plane.directory.path)/store/file")
    let expected = (3...5).map { TestHouse.result(weights: "weights \($0)").weightsHash.hex }
    #expect(Set(kept) == Set(expected))
    try await restarted.deploy(approval: "approval:3")
    let gone = try await restarted.deniedGates { try await restarted.deploy(approval: "approval:1") }
    #expect(gone == ["weights"])
  }

  @Test func aDeployThatADeadProcessHadOnlyIntendedIsUndoneAtStart() async throws {
    let serving = try await ServingHouse()
    try await serving.publish()
    try await serving.deploy(weights: serving.weights())
    // The state between the endpoint's act and the outcome's commit.
    try await serving.plane.tamper("UPDATE deployment SET state = 'intended', promotion = NULL, deployed_at = NULL")
    let restarted = try await serving.restarted()
    #expect(restarted.served() == nil)
    #expect(try await restarted.plane.evidence(.deploymentFailed).count == 1)
    #expect(try await !restarted.authorize().passed)
    try await restarted.deploy(weights: restarted.weights())
    #expect(restarted.served() == "weights one")
  }

  @Test func anUndeploymentThatADeadProcessHadBegunIsFinishedAtStart() async throws {
    let serving = try await ServingHouse()
    try await serving.publish()
    try await serving.deploy(weights: serving.weights())
    try await serving.plane.tamper("UPDATE deployment SET state = 'undeploying', message = 'revoked'")
    let restarted = try await serving.restarted()
    #expect(restarted.served() == nil)
    #expect(try await restarted.plane.evidence(.modelUndeployed).count == 1)
  }

  @Test func aLinkThatSomebodyRemovedIsPutBackAtStart() async throws {
    let serving = try await ServingHouse()
    try await serving.publish()
    try await serving.deploy(weights: serving.weights())
    try FileManager.default.removeItem(atPath: "\(serving.plane.directory.path)/deployments/staging/iris/current")
    let restarted = try await serving.restarted()
    #expect(restarted.served() == "weights one")
  }

  @Test(arguments: [
    "UPDATE deployment SET environment = 'production'", "UPDATE deployment SET promotion = NULL",
    "UPDATE deployment SET scope = 'eu'",
  ])
  func aDeploymentThatSomebodyWroteIntoTheTableIsNotServedAfterARestart(_ forgery: String) async throws {
    let serving = try await ServingHouse()
    try await serving.publish()
    try await serving.deploy(weights: serving.weights())
    try await serving.plane.tamper(forgery)
    let restarted = try await serving.restarted()
    #expect(restarted.served("production") == nil && restarted.served("staging") == nil)
    #expect(try await !restarted.authorize("production").passed)
    let ends = try await restarted.plane.evidence(.modelUndeployed).compactMap { $0["reason"]?.string }
    #expect(ends.contains { $0.contains("not vouched for") })
  }

  @Test func aPendingApprovalIsNotServedThoughTheTableSaysSo() async throws {
    let serving = try await ServingHouse()
    try await serving.publish()
    try await serving.deploy(weights: serving.weights())
    // The promotion is genuine; the approval that bears it has lost its signatures but one.
    let row = try #require(
      try await serving.plane.context.database.read {
        try SQLiteApprovalStore().approvals(of: ModelID(checked: "iris"), in: $0)
      }.first)
    let full = try UnverifiedEnvelope(parsing: row.approval, maximumPayload: AttestationFormat.maximumPayload)
    let bare = UnverifiedEnvelope(
      payloadType: full.payloadType, payload: full.payload, signatures: [full.signatures[0]])
    try await serving.plane.tamper("UPDATE approval SET envelope = ?", [bare.serialized.data])
    let restarted = try await serving.restarted()
    #expect(restarted.served() == nil)
  }

  @Test func aLongHistoryOfLongReasonsComesInPagesThatFit() async throws {
    let serving = try await ServingHouse()
    try await serving.publish()
    let path = try serving.weights()
    let reason = String(repeating: "\u{1}", count: 2000)
    for _ in 0..<60 {
      try await serving.deploy(weights: path)
      let body = ModelUndeploy(
        modelID: ModelID(checked: "iris"), environment: EnvironmentName(checked: "staging"), reason: reason)
      try await serving.plane.send(.modelUndeploy, body, as: "ci", on: .deploy)
    }
    var seen = 0
    var after: String?
    repeat {
      let query = DeploymentList(history: true, after: after, limit: 500)
      let page = try Page<DeploymentSummary>(
        await serving.plane.send(.deploymentList, query, as: "ci", on: .servingRead))
      seen += page.items.count
      after = page.next
    } while after != nil
    #expect(seen == 60)
  }

  @Test func theListTellsWhatRunsAndTheHistoryWhatRan() async throws {
    let serving = try await ServingHouse()
    try await serving.publish()
    try await serving.deploy(weights: serving.weights())
    serving.plane.clock.step(seconds: 60)
    let body = ModelUndeploy(
      modelID: ModelID(checked: "iris"), environment: EnvironmentName(checked: "staging"), reason: "done")
    let receipt = try UndeployReceipt(await serving.plane.send(.modelUndeploy, body, as: "ci", on: .deploy))
    let record = try receipt.undeployment.attested(Undeployment.self, by: serving.house.root.keys(of: .serving))
      .predicate.record
    #expect(!record.promoted && record.message.contains("done"))
    #expect(try await list(DeploymentList(), serving).isEmpty)
    #expect(try await list(DeploymentList(history: true), serving).map(\.state) == [.undeployed])
    #expect(try await list(DeploymentList(at: TestHouse.epoch.adding(seconds: 30)), serving).count == 1)
    #expect(try await list(DeploymentList(at: TestHouse.epoch.adding(seconds: 61)), serving).isEmpty)
  }

  private func list(_ query: DeploymentList, _ serving: ServingHouse) async throws -> [DeploymentSummary] {
    try Page<DeploymentSummary>(await serving.plane.send(.deploymentList, query, as: "ci", on: .servingRead)).items
  }
}
