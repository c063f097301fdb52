import TestSupport
import Testing

/// Gives a suite three running daemons on a home of its own, with one model deployed, and takes them away whatever happened. A
/// failed expectation tells what the daemons logged.
struct RunningPlanes: SuiteTrait, TestScoping {
  @TaskLocal static var current: (planes: DaemonFixture, steady: TrainedModel)?

  /// That the policy asks for; the home's own when nil.
  var leaseSeconds: Int?

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let home = try await PlanesHome()
    if let leaseSeconds {
      try home.replaceRoot { $0.replacing("\"lease_seconds\":300", with: "\"lease_seconds\":\(leaseSeconds)") }
    }
    let planes = try await DaemonFixture(on: home)
    let steady = try await planes.deployed("steady")
    let telling = IssueHandlingTrait.compactMapIssues { issue in
      var issue = issue
      issue.comments.append(Comment(rawValue: planes.logs))
      return issue
    }
    try await telling.provideScope(for: test, testCase: testCase) {
      try await Self.$current.withValue((planes, steady)) { try await function() }
    }
  }
}

extension Trait where Self == RunningPlanes {
  static var runningPlanes: Self { Self() }
  static func runningPlanes(leaseSeconds: Int) -> Self { Self(leaseSeconds: leaseSeconds) }
}

/// What a test of a `.runningPlanes` suite works with.
struct Stage {
  let planes: DaemonFixture
  /// Approved and deployed to staging before the suite began; no test ends it.
  let steady: TrainedModel

  init() throws { (planes, steady) = try #require(RunningPlanes.current) }

  func caller(_ name: String) throws -> PlaneCaller { try planes.home.caller(name) }

  /// What was accepted before an attack still is: the steady model is allowed, and its bytes are served.
  func expectSteadyStillRuns(_ location: SourceLocation = #_sourceLocation) async throws {
    let verdict = try await caller("ci").authorize(steady.id)
    #expect(verdict.passed, "\(verdict.failures)", sourceLocation: location)
    #expect(try planes.home.served(steady.id.text) == steady.served, sourceLocation: location)
  }
}
