import Attestations
import Foundation
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@testable import ServingPlane

/// A service behind a socket that takes orders and answers none. It may keep its own model from ending, and nothing else.
@Suite(.timeLimit(.minutes(2))) struct HangingEndpointTests {
  /// Far longer than a test may take.
  private static let timeoutSeconds = 3600

  private let house: TestHouse
  private let endpoint: PlayedEndpoint

  init() throws {
    house = try TestHouse()
    endpoint = try PlayedEndpoint(house, timeoutSeconds: Self.timeoutSeconds)
  }

  /// Staging is served by the service, production from a directory; iris runs in both.
  private func plane() async throws -> ServingHouse {
    let serving = try await ServingHouse(house: house, config: endpoint.config)
    try await serving.publish(
      environments: ["staging", "production"], required: 2, signers: ["alice", "bob", "governance-plane"])
    try await serving.deploy(weights: serving.weights())
    try await serving.deploy("production", weights: serving.weights())
    return serving
  }

  private func revoke(_ revocation: UnverifiedEnvelope, at serving: ServingHouse) async throws {
    try await serving.plane.send(.modelRevoke, Revocation(revocation: revocation), as: "alice", on: .revoke)
  }

  @Test func aRevocationIsAnsweredAndEndsWhatItCanWhileTheEndpointHangs() async throws {
    try await endpoint.during { [endpoint, house] in
      let serving = try await plane()
      endpoint.manner = .hanging
      try await serving.whileEnding {
        try await revoke(house.revocation(), at: serving)
        #expect(try await !serving.authorize().passed)
        #expect(try await !serving.authorize("production").passed)
        #expect(serving.served("production") == nil)
        #expect(try serving.serving.health().0.contains("being ended: 1"))
        #expect(!endpoint.serving.isEmpty)
        // Nor does it hold up what is revoked next.
        let other = TestHouse.result(model: "rose", weights: "weights two", run: "run-2")
        try await serving.publish(
          other, id: "approval:2", environments: ["production"], required: 2,
          signers: ["alice", "bob", "governance-plane"])
        try await serving.deploy("production", weights: serving.weights("weights two"), model: "rose")
        try await revoke(house.revocation(of: other), at: serving)
        #expect(serving.served("production", model: "rose") == nil)
      }
      endpoint.manner = .honest
      let restarted = try await serving.restarted()
      #expect(endpoint.serving.isEmpty)
      #expect(try await restarted.plane.evidence(.modelUndeployed).count == 3)
    }
  }

  @Test func aRevocationIsAnsweredWhileTheEndpointHangsOverADeployOfTheSameModel() async throws {
    try await endpoint.during { [endpoint, house] in
      let serving = try await plane()
      let second = TestHouse.result(weights: "weights two", run: "run-2")
      try await serving.publish(second, id: "approval:2")
      let path = try serving.weights("weights two", named: "two.bin")
      endpoint.manner = .slow
      async let deployed = refusal { try await serving.deploy(weights: path, approval: "approval:2") }
      try await pollUntil { endpoint.orders.count == 2 }
      try await revoke(house.revocation(of: second), at: serving)
      try await revoke(house.revocation(), at: serving)
      #expect(try await !serving.authorize().passed)
      endpoint.release()
      #expect(try await deployed?.code == .denied)
      // No promotion was signed for what was revoked before the endpoint had answered.
      #expect(try await serving.plane.evidence(.modelDeployment).count == 2)
      #expect(endpoint.serving.isEmpty)
    }
  }

  @Test func whatIsBeingDeployedIsListedUntilTheEndpointHasAnswered() async throws {
    try await endpoint.during { [endpoint] in
      let serving = try await ServingHouse(house: house, config: endpoint.config)
      try await serving.publish()
      let path = try serving.weights()
      endpoint.manner = .slow
      async let deployed = serving.deploy(weights: path)
      try await pollUntil { endpoint.orders.count == 1 }
      let item = try #require(try await list(serving).first)
      #expect(item.state == .deploying && item.deployedAt == nil && item.message.contains("endpoint"))
      #expect(item.progress?.bytesDone == 11 && item.progress?.bytesTotal == 11 && item.deployedBy.text == "ci")
      #expect(try await list(serving, DeploymentList(history: true)).isEmpty)
      #expect(try await list(serving, DeploymentList(at: TestHouse.epoch)).isEmpty)
      #expect(try await list(serving, DeploymentList(modelID: ModelID(checked: "rose"))).isEmpty)
      endpoint.release()
      _ = try await deployed
      #expect(try await list(serving).map(\.state) == [.deployed])
    }
  }

  @Test func aPageThatEndsAmongWhatIsBeingDeployedGoesOnThere() async throws {
    try await endpoint.during { [endpoint] in
      let serving = try await plane()
      let second = TestHouse.result(model: "rose", weights: "weights two", run: "run-2")
      try await serving.publish(second, id: "approval:2")
      let path = try serving.weights("weights two", named: "two.bin")
      endpoint.manner = .slow
      async let deployed = serving.deploy(weights: path, model: "rose")
      try await pollUntil { endpoint.orders.count == 2 }
      var (seen, after): ([DeploymentState], String?) = ([], nil)
      repeat {
        let page = try await self.page(serving, DeploymentList(after: after, limit: 1))
        seen += page.items.map(\.state)
        after = page.next
      } while after != nil
      #expect(seen == [.deploying, .deployed, .deployed])
      endpoint.release()
      _ = try await deployed
    }
  }

  private func list(
    _ serving: ServingHouse, _ query: DeploymentList = DeploymentList()
  ) async throws -> [DeploymentSummary] {
    try await page(serving, query).items
  }

  private func page(_ serving: ServingHouse, _ query: DeploymentList) async throws -> Page<DeploymentSummary> {
    try Page(await serving.plane.send(.deploymentList, query, as: "ci", on: .servingRead))
  }
}
