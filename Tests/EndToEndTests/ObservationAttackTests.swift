import Attestations
import Drift
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// Windows that nobody saw, from whoever can reach a socket. Whoever holds the serving plane's key is in `LyingServingPlaneTests`.
@Suite("False observations", .serialized, .runningPlanes)
struct ObservationAttackTests {
  let stage: Stage
  let monitor: PlaneCaller
  var planes: DaemonFixture { stage.planes }

  init() throws {
    stage = try Stage()
    monitor = try stage.caller("metrics")
  }

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
    let body = ModelObserve(observation: watched.window(1, from: start)).fields
    let message = try monitor.request(.modelObserve, body, to: .deploy).envelope
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

  private func checks(of model: ModelID) async throws -> [DriftCheck] { try await planes.checks(0, of: model) }
}
