import Attestations
import Drift
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@testable import ServingPlane

/// What monitors may report of what runs here, and what of it reaches governance.
@Suite struct ObservationTests {
  let serving: ServingHouse

  init() async throws {
    serving = try await ServingHouse()
    try await serving.publish()
    try await serving.deploy(weights: serving.weights())
    serving.plane.clock.step(seconds: 3600)
  }

  @discardableResult
  private func observe(
    _ observation: Observation = TestHouse.window(1), as monitor: String = "metrics"
  ) async throws -> Digest {
    let body = ModelObserve(observation: observation)
    return try ObservationReceipt(await serving.plane.send(.modelObserve, body, as: monitor, on: .deploy)).digest
  }

  private func refusalOfObserving(_ observation: Observation, as monitor: String = "metrics") async throws -> ErrorCode?
  {
    try await refusal { try await observe(observation, as: monitor) }?.code
  }

  @Test func anObservationOfAModelThatIsNotDeployedIsRefused() async throws {
    #expect(try await refusalOfObserving(TestHouse.window(1, model: "other")) == .notFound)
    #expect(try await refusalOfObserving(TestHouse.window(1, environment: "production")) == .notFound)
    #expect(try await serving.plane.waiting(.observationPublish).isEmpty)
  }

  @Test func aWindowInTheFutureIsRefused() async throws {
    #expect(try await refusalOfObserving(TestHouse.window(61)) == .invalidRequest)
  }

  @Test func aWindowFromBeforeTheDeploymentIsRefused() async throws {
    #expect(try await refusalOfObserving(TestHouse.window(-5)) == .invalidRequest)
  }

  @Test func aReplayedOrOverlappingWindowIsRefusedAlsoAfterARestart() async throws {
    try await observe(TestHouse.window(2))
    #expect(try await refusalOfObserving(TestHouse.window(2)) == .conflict)
    #expect(try await refusalOfObserving(TestHouse.window(1)) == .conflict)
    let restarted = try await serving.restarted()
    let body = ModelObserve(observation: TestHouse.window(2))
    let code = try await refusal { try await restarted.plane.send(.modelObserve, body, as: "metrics", on: .deploy) }?
      .code
    #expect(code == .conflict)
  }

  @Test func aReplayedMessageIsRefused() async throws {
    let house = serving.house
    let request = try OutgoingRequest(
      .modelObserve, body: ModelObserve(observation: TestHouse.window(1)).fields, from: house.principal("metrics").id,
      to: house.principal("serving-plane").id, signer: house.key("metrics"), now: serving.plane.clock.now())
    for wanted in [nil, ErrorCode.replayed] {
      let reply = try await serving.plane.exchange(request.frame, on: .deploy)
      let code = try await refusal {
        _ = try request.result(of: reply, from: house.principal("serving-plane"))
      }?.code
      #expect(code == wanted)
    }
  }

  @Test(arguments: ["ci", "alice", "bridge"]) func onlyAMonitorObserves(name: String) async throws {
    #expect(try await refusalOfObserving(TestHouse.window(1), as: name) == .forbidden)
  }

  @Test func tenThousandObservationsAreHeldBackAtTheRate() async throws {
    for minute in 0..<20 { try await observe(TestHouse.window(minute)) }
    for _ in 20..<ObservationRate.perMinute {
      _ = try await refusalOfObserving(TestHouse.window(1))
    }
    for _ in 0..<20 { #expect(try await refusalOfObserving(TestHouse.window(55)) == .overloaded) }
    #expect(try await serving.plane.waiting(.observationPublish).count == 20)
    serving.plane.clock.step(seconds: 60)
    try await observe(TestHouse.window(55))
  }

  @Test func aMessageTooLargeToPassOnIsRefused() async throws {
    let series = Dictionary(
      uniqueKeysWithValues: (0..<8).map { ("s\($0)", Series.numbers(TestHouse.even(3_000, from: 0.123_456_789))) })
    let window = TestHouse.window(1)
    let large = Observation(
      modelID: window.modelID, environment: window.environment, windowStart: window.windowStart,
      windowEnd: window.windowEnd, values: WatchedValues(series: series))
    #expect(try await refusalOfObserving(large) == .invalidRequest)
  }

  /// It keeps windows from being told twice, and governance keeps them too: nothing that runs depends on it.
  @Test(arguments: try TableColumn.all(of: ["observed_window"], in: ServingPlane.self))
  func aChangedRecordOfWindowsStopsNothing(_ column: TableColumn) async throws {
    try await observe(TestHouse.window(2))
    try column.change(in: serving.plane.context.database.path)
    #expect(try await serving.authorize().passed && serving.served() != nil)
    try await observe(TestHouse.window(5))
    #expect(try await refusalOfObserving(TestHouse.window(5)) == .conflict)
  }

  @Test func whatIsAcceptedReachesGovernanceWithBothSignatures() async throws {
    let digest = try await observe()
    let body = try #require(try await serving.plane.waiting(.observationPublish).first)
    let envelope = try TrainingPublication(body).attestation
    let verified = try VerifiedObservation.verify(envelope, root: serving.house.root)
    #expect(verified.digest == digest && verified.monitor.id.text == "metrics")
    #expect(verified.predicate.approvalID.text == "approval:0000000000000001")
    let entry = try #require(try await serving.plane.evidence(.observationAccepted).first)
    #expect(entry["observed_by"] == "metrics")
  }
}
