import Attestations
import Daemon
import Foundation
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@testable import ServingPlane

/// Models that a service behind a socket runs. Whatever that service does, a promotion is signed only for what it was seen to serve.
@Suite(.timeLimit(.minutes(5))) struct SocketEndpointTests {
  static let rogues: [PlayedEndpoint.Manner] =
    [.refusing, .hanging, .dying, .lying]
    + [
      "true", "{}", "[]", #"{"deployed":"true"}"#, #"{"deployed":1}"#, #"{"deployed":null}"#, #"{"deployed":true} x"#,
      #"{"deployed":false,"deployed":true}"#, #"{"deployed":true,"more":1}"#, #"{"Deployed":true}"#,
      #"{"refused":"no","deployed":true}"#, "\u{FEFF}{}",
    ].map { .babbling($0) }

  private let house: TestHouse
  private let endpoint: PlayedEndpoint

  init() throws {
    house = try TestHouse()
    endpoint = try PlayedEndpoint(house)
  }

  private func plane() async throws -> ServingHouse {
    let serving = try await ServingHouse(house: house, config: endpoint.config)
    try await serving.publish()
    return serving
  }

  @Test(arguments: rogues) func anEndpointThatRefusesHangsDiesLiesOrBabblesIsAFailedPromotion(
    _ manner: PlayedEndpoint.Manner
  ) async throws {
    try await endpoint.during { [endpoint] in
      let serving = try await plane()
      endpoint.manner = manner
      let path = try serving.weights()
      let refused = try await refusal { try await serving.deploy(weights: path) }
      #expect(refused?.code == .unavailable, "\(String(describing: refused))")
      #expect(try await serving.plane.evidence(.modelDeployment).isEmpty)
      #expect(try await !serving.authorize().passed)
      endpoint.manner = .honest
      let restarted = try await serving.restarted()
      #expect(try await restarted.plane.evidence(.deploymentFailed).count == 1)
      #expect(endpoint.serving.isEmpty && endpoint.orders.last?["action"] == "undeploy")
      try await restarted.deploy(weights: path)
      #expect(try await restarted.authorize().passed)
    }
  }

  @Test func anEndpointThatIsNotThereIsAFailedPromotionThatIsUndoneOnceItIs() async throws {
    let serving = try await plane()
    let path = try serving.weights()
    #expect(try await refusal { try await serving.deploy(weights: path) }?.code == .unavailable)
    #expect(serving.plane.log.lines.contains { $0.contains("could not be undone yet") })
    try await endpoint.during {
      let restarted = try await serving.restarted()
      #expect(try await restarted.plane.evidence(.deploymentFailed).count == 1)
    }
  }

  @Test func whatRanBeforeRunsAgainWhenTheNextVersionIsRefused() async throws {
    try await endpoint.during { [endpoint] in
      let serving = try await plane()
      try await serving.deploy(weights: serving.weights())
      let second = TestHouse.result(weights: "weights two", run: "run-2")
      try await serving.publish(second, id: "approval:0000000000000002")
      endpoint.manner = .refusingWeights("weights two")
      let path = try serving.weights("weights two")
      let refused = try await refusal {
        try await serving.deploy(weights: path, approval: "approval:0000000000000002")
      }
      #expect(refused?.code == .unavailable && refused?.message.contains("no room\\x1b[2J") == true)
      let served = try #require(endpoint.serving["iris"]?.object)
      #expect(served["weights_hash"] == .string("\(TestHouse.result().weightsHash)"))
      #expect(try await serving.authorize().passed)
    }
  }

  @Test(arguments: [PlayedEndpoint.Manner.refusing, .hanging, .dying, .lying, .babbling("{}")])
  func aFailedUndeployIsRefusedFromAtOnceCriticalAndTriedUntilItIsDone(_ manner: PlayedEndpoint.Manner) async throws {
    try await endpoint.during { [endpoint] in
      let serving = try await plane()
      try await serving.deploy(weights: serving.weights())
      endpoint.manner = manner
      #expect(try await refusal { try await serving.undeploy() }?.code == .unavailable)
      #expect(try await !serving.authorize().passed)
      #expect(try serving.serving.health().0.contains("being ended: 1"))
      let still = try await serving.restarted()
      #expect(still.plane.log.lines.contains { $0.hasPrefix("critical") })
      #expect(try await still.plane.evidence(.modelUndeployed).isEmpty)
      #expect(try await !still.authorize().passed)
      endpoint.manner = .honest
      let restarted = try await still.restarted()
      #expect(try await restarted.plane.evidence(.modelUndeployed).count == 1)
      #expect(try restarted.serving.health().0 == "ok" && endpoint.serving.isEmpty)
    }
  }

  @Test func aRevocationIsAcceptedThoughTheEndpointDiesAndIsCarriedOutLater() async throws {
    try await endpoint.during { [endpoint] in
      let serving = try await plane()
      try await serving.deploy(weights: serving.weights())
      endpoint.manner = .dying
      _ = try await serving.revoke(serving.house.revocation())
      #expect(try await !serving.authorize().passed)
      #expect(!endpoint.serving.isEmpty)
      endpoint.manner = .honest
      _ = try await serving.restarted()
      #expect(endpoint.serving.isEmpty)
      #expect(endpoint.orders.last?["reason"]?.string?.contains("revoked") == true)
    }
  }

  @Test func whatTheServiceServesWithoutBeingOnRecordIsEnded() async throws {
    try await endpoint.during { [endpoint] in
      let serving = try await plane()
      try await serving.deploy(weights: serving.weights())
      try await serving.plane.tamper("DELETE FROM deployment")
      _ = try await serving.restarted()
      #expect(endpoint.serving.isEmpty)
    }
  }

  @Test func aServiceThatForgotWhatItServedIsToldAgainAtStart() async throws {
    try await endpoint.during { [endpoint] in
      let serving = try await plane()
      try await serving.deploy(weights: serving.weights())
      endpoint.forget()
      _ = try await serving.restarted()
      #expect(endpoint.serving["iris"] != nil)
    }
  }

  @Test func theOrderNamesWhatIsDeployedOnWhichGroundsAndIsOfThisMinute() async throws {
    try await endpoint.during { [endpoint] in
      let serving = try await plane()
      let promotion = try await serving.deploy(weights: serving.weights())
      let order = try #require(endpoint.orders.first)
      let expected: [String: JSONValue] = [
        "v": 1, "action": "deploy", "from": "serving-plane", "environment": "staging", "model_id": "iris",
        "weights_hash": .string("\(promotion.weightsHash)"), "weights_kind": "file", "scope": .null,
        "approval_id": .string(promotion.approvalID.text), "deployed_by": "ci", "reason": .null,
        "approval_digest": .string("\(promotion.approvalDigest)"),
        "evidence_entry_id": .string(promotion.evidenceEntryID),
        "issued_at": .string(TestHouse.epoch.messageText),
        "expires_at": .string(TestHouse.epoch.adding(seconds: 60).messageText),
      ]
      for (field, value) in expected { #expect(order[field] == value, "\(field)") }
      let folder = try #require(order["weights_path"]?.string)
      #expect(try String(contentsOfFile: "\(folder)/model.bin", encoding: .utf8) == "weights one")
      try await serving.undeploy()
      #expect(endpoint.orders.count == 2 && endpoint.orders[1]["action"] == "undeploy")
      #expect(endpoint.orders[0]["id"] != endpoint.orders[1]["id"])
    }
  }

  @Test(arguments: [
    "endpoints: [staging]", "endpoints: {Staging: {socket: /s}}", "endpoints: {staging: {}}",
    "endpoints: {staging: {socket: /s, timeout_seconds: 0}}", "endpoints: {staging: {socket: /s, more: 1}}",
  ])
  func aConfigThatNamesNoUsableEndpoint(_ text: String) async throws {
    let folder = try TemporaryDirectory()
    let path = "\(folder.path)/config.yaml"
    try "key: k\ndatabase: d\nstore: s\ndeployments: d\nweights_roots: []\n\(text)\n".write(
      toFile: path, atomically: true, encoding: .utf8)
    let section = try ConfigFile.read(path: path)
    #expect(throws: ConfigError.self) {
      _ = try ServingConfig(section)
      try section.finish()
    }
  }
}
