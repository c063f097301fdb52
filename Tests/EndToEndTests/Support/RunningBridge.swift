import TestSupport
import Testing

/// Gives a suite a running bridge beside three running planes, with one model that is listed and one that is private.
struct RunningBridge: SuiteTrait, TestScoping {
  @TaskLocal static var current: BridgeStage?

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let planes = try await DaemonFixture()
    for model in ["steady", "secret"] { try await planes.approved(planes.approval(of: planes.trained(model))) }
    let bridge = try await BridgeFixture(on: planes.home, ["private_models: [secret]", "client_timeout_seconds: 2"])
    try await Self.$current.withValue(BridgeStage(planes: planes, bridge: bridge)) { try await function() }
  }
}

extension Trait where Self == RunningBridge {
  static var runningBridge: Self { Self() }
}

/// What a test of a `.runningBridge` suite works with.
struct BridgeStage: Sendable {
  let planes: DaemonFixture
  let bridge: BridgeFixture

  init(planes: DaemonFixture, bridge: BridgeFixture) { (self.planes, self.bridge) = (planes, bridge) }

  init() throws { self = try #require(RunningBridge.current) }

  /// Whatever was done to it, the bridge answers as before.
  func expectSteadyIsServed(_ location: SourceLocation = #_sourceLocation) throws {
    let answer = try bridge.http.get("/nanda/resolve?agent=steady")
    #expect(answer.status == 200 && bridge.isRunning, "\(answer.text.prefix(200))", sourceLocation: location)
  }
}
