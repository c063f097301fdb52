import Attestations
import Drift
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// Windows that nobody saw, from whoever can reach a socket, or holds the serving plane's key.
@Suite("False observations", .serialized, .runningPlanes)
struct ObservationAttackTests {
  let stage: Stage
  let monitor: PlaneCaller
  /// Holds the serving plane's key.
  let attacker: PlaneCaller
  var planes: DaemonFixture { stage.planes }

  init() throws {
    stage = try Stage()
    (monitor, attacker) = try (stage.caller("metrics"), stage.caller("serving-plane"))
  }

  // MARK: At serving's door

  @Test("A model that is not deployed is not observed, approved or not")
  func notDeployed() async throws {
    let watched = try await planes.watched("observed/idle")
    try await expectRefused(.notFound, saying: "not deployed") {
      try await monitor.observe(watched.window(-2, from: .now()))
    }
    #expect(try await checks(of: watched.id).isEmpty)
  }

  @Test("A window of the future, an overlapping one and one that is told again are refused")
  func impossibleWindows() async throws {
    let watched = try await planes.watched("observed/late")
    let start = try await planes.deploy(watched)
    try await expectRefused(.invalidRequest, saying: "future") {
      try await monitor.observe(watched.window(3600, from: start))
    }
    try await monitor.observe(watched.window(5, from: start))
    for number in [5, 4] {
      try await expectRefused(.conflict, saying: "has reported until") {
        try await monitor.observe(watched.window(number, from: start))
      }
    }
    #expect(try await planes.checks(1, of: watched.id).count == 1)
  }

  @Test("The same message again, as somebody on the way would send it, is replayed")
  func replayed() async throws {
    let watched = try await planes.watched("observed/replayed")
    let start = try await planes.deploy(watched)
    let message = try message(watched.window(1, from: start))
    #expect(try await monitor.answer(to: message, on: .deploy).kind == MessageKind.modelObserve.resultKind)
    let again = Refusal(body: try await monitor.answer(to: message, on: .deploy).body)
    #expect(again.code == .replayed)
  }

  @Test("A caller who brings a baseline along is refused: it is the submitter's", arguments: ["baseline", "reference"])
  func claimedBaseline(_ field: String) async throws {
    let watched = try await planes.watched("observed/\(field)")
    let start = try await planes.deploy(watched)
    let observation = watched.window(1, from: start, shift: 0.5).fields
    let milder: JSONValue = ["petal": .array(TestHouse.even(200, from: 0.5).map { JSONValue(number: $0) })]
    let body: JSONObject = ["observation": .object(observation.setting(field, to: milder))]
    try await expectRefused(.invalidRequest, saying: field) {
      try await monitor.ask(.modelObserve, body, on: .deploy)
    }
    let outside: JSONObject = ["observation": .object(observation), field: milder]
    try await expectRefused(.invalidRequest, saying: field) {
      try await monitor.ask(.modelObserve, outside, on: .deploy)
    }
  }

  @Test("10,001 values are refused; no number, one value, and all equal have outcomes that are not healthy")
  func badSamples() async throws {
    let watched = try await planes.watched("observed/bad")
    let start = try await planes.deploy(watched)
    func observe(_ number: Int, _ values: [Double]) async throws {
      let series = WatchedValues(series: ["petal": .numbers(values)])
      try await monitor.observe(watched.window(number, from: start, series))
    }
    try await expectRefused(.invalidRequest, saying: "10000") {
      try await observe(1, Array(repeating: 1, count: 10_001))
    }
    try await observe(1, [.nan] + TestHouse.even(50, from: 0))
    try await observe(2, [0.5])
    try await observe(3, Array(repeating: 0.5, count: 50))
    let outcomes = try await planes.checks(3, of: watched.id).map(\.result.outcome)
    #expect(outcomes == [.drifted, .insufficientData, .invalid])
  }

  // MARK: With serving's key, at governance's door

  @Test("The serving key alone invents no window: the message in it must be the monitor's")
  func inventedWindow() async throws {
    let watched = try await planes.watched("stolen/invented")
    for signer in ["serving-plane", "ci", "bridge"] {
      let window = watched.window(-2, from: .now(), shift: 0.5)
      try await expectRefused(.policyFailed, saying: "signature") {
        try await publish(observation(window, of: watched, message: try message(window, signedBy: signer)))
      }
    }
    #expect(try await checks(of: watched.id).isEmpty)
  }

  @Test("A monitor's message about one model is nothing about another, nor about another window or environment")
  func anothersWindow() async throws {
    let (watched, other) = (try await planes.watched("stolen/victim"), try await planes.watched("stolen/other"))
    let drifted = other.window(-2, from: .now(), shift: 0.5)
    let seen = watched.window(-2, from: .now())
    let moved = watched.window(-60, from: .now())
    for (claimed, message) in [(seen, try message(drifted)), (moved, try message(seen))] {
      try await expectRefused(.policyFailed, saying: "differs from what metrics signed") {
        try await publish(observation(claimed, of: watched, message: message))
      }
    }
    #expect(try await checks(of: watched.id).isEmpty)
  }

  @Test("A milder model's approval in the place of this one's brings no milder baseline")
  func anothersBaseline() async throws {
    let (watched, other) = (try await planes.watched("stolen/strict"), try await planes.watched("stolen/mild"))
    let window = watched.window(-2, from: .now(), shift: 0.5)
    try await expectRefused(.notFound, saying: "no approval") {
      try await publish(
        observation(window, of: watched, approvedBy: other.approval, message: try message(window)))
    }
  }

  // MARK: What they send

  private func message(_ window: Observation, signedBy signer: String = "metrics") throws -> UnverifiedEnvelope {
    let serving = try monitor.plane(behind: .deploy)
    return try OutgoingRequest(
      .modelObserve, body: ModelObserve(observation: window).fields, from: monitor.name, to: serving.id,
      signer: planes.home.key(signer), now: .now()
    ).envelope
  }

  private func observation(
    _ claimed: Observation, of watched: WatchedModel, approvedBy approval: ModelApproval? = nil,
    message: UnverifiedEnvelope
  ) throws -> UnverifiedEnvelope {
    let approval = approval ?? watched.approval
    let predicate = ServingObservation(
      of: claimed, weightsHash: watched.model.weightsHash, approvalID: approval.approvalID,
      approvalDigest: Digest(hashing: Statement.payload(of: approval)), observedBy: monitor.name, receivedAt: .now(),
      message: message)
    return try UnverifiedEnvelope(attesting: predicate, by: [attacker.key])
  }

  private func publish(_ observation: UnverifiedEnvelope) async throws {
    try await attacker.ask(.observationPublish, TrainingPublication(attestation: observation), on: .observe)
  }

  private func checks(of model: ModelID) async throws -> [DriftCheck] { try await planes.checks(0, of: model) }
}
