import Attestations
import Daemon
import Foundation
import PlaneContract
import TestSupport
import Testing

@testable import ServingPlane

/// A deploy goes on by itself: who asks again while it is under way has its outcome.
@Suite(.timeLimit(.minutes(2))) struct JoinedDeployTests {
  private let endpoint: PlayedEndpoint

  init() throws {
    endpoint = try PlayedEndpoint(TestHouse(), timeoutSeconds: 60)
    endpoint.manner = .slow
  }

  private func plane() async throws -> (ServingHouse, path: String) {
    let serving = try await ServingHouse(house: endpoint.house, config: endpoint.config)
    try await serving.publish()
    return (serving, try serving.weights())
  }

  private func wish(_ serving: ServingHouse, _ path: String) async throws -> DeployWish {
    let row = try await serving.plane.context.database.read { try DeploymentStore().all(in: [.intended], $0).first }
    let intended = try #require(row)
    return DeployWish(
      place: intended.place, approvalDigest: intended.approvalDigest, scope: nil, weightsPath: path)
  }

  @Test func whoAsksAgainMeanwhileGetsTheSamePromotionAndNothingIsReadOrDoneTwice() async throws {
    try await endpoint.during { [endpoint] in
      let (serving, path) = try await plane()
      async let first = serving.deploy(weights: path)
      try await pollUntil { endpoint.orders.count == 1 }
      async let second = serving.deploy(weights: path)
      let (underway, wish) = (serving.serving.review.service.underway, try await wish(serving, path))
      try await pollUntil { await underway.waiting(for: wish) == 1 }
      // Whoever read it again would be refused.
      try FileManager.default.removeItem(atPath: path)
      endpoint.release()
      let (one, other) = try await (first, second)
      #expect(one == other)
      #expect(endpoint.orders.count == 1)
      #expect(try await serving.plane.evidence(.deploymentIntended).count == 1)
    }
  }

  @Test func aDeployThatTheAuditOvertakesIsUndone() async throws {
    try await endpoint.during { [endpoint] in
      let (serving, path) = try await plane()
      async let refused = refusal { try await serving.deploy(weights: path) }
      try await pollUntil { endpoint.orders.count == 1 }
      serving.plane.context.evidence.report("table approval: a row that nobody accepted", to: serving.plane.log.logger)
      endpoint.release()
      #expect(try await refused?.code == .unavailable)
      #expect(try await serving.plane.evidence(.modelDeployment).isEmpty)
      #expect(try await serving.plane.evidence(.deploymentFailed).count == 1)
      #expect(endpoint.serving.isEmpty)
    }
  }

  @Test func whoJoinsADeployThatIsRevokedMeanwhileIsRefused() async throws {
    try await endpoint.during { [endpoint] in
      let (serving, path) = try await plane()
      async let first = serving.deploy(weights: path)
      try await pollUntil { endpoint.orders.count == 1 }
      async let second = refusal { try await serving.deploy(weights: path) }
      let (underway, wish) = (serving.serving.review.service.underway, try await wish(serving, path))
      try await pollUntil { await underway.waiting(for: wish) == 1 }
      async let dead = serving.revoke(serving.house.revocation())
      try await pollUntil { try await !serving.authorize(hash: TestHouse.result().weightsHash).passed }
      endpoint.release()
      _ = try? await first
      _ = try await dead
      #expect(try await second?.code == .denied)
      #expect(endpoint.serving.isEmpty)
      #expect(try await !serving.authorize().passed)
    }
  }
}
