import Attestations
import Logging
import PlaneContract
import Wire

/// Where a model may run: the parts of a question to the serving plane.
struct RunPlace: Hashable, Sendable {
  let modelID: ModelID
  let approvalID: ApprovalID
  let environment: EnvironmentName
}

/// The serving plane's newest decisions, at most so many of them.
struct DecisionShelf: Sendable {
  private(set) var held: [RunPlace: RunDecision] = [:]

  /// Asks for what is not held, or about to be too old; what matters most comes first in `wanted`.
  ///
  /// - Parameters:
  ///   - age: seconds after which a decision is asked for again.
  ///   - deadline: what is not asked by then waits for the next round.
  func refreshed(
    _ wanted: [(place: RunPlace, question: GateQuestion)], olderThan age: Int, from serving: ServingReading,
    until deadline: ContinuousClock.Instant
  ) async throws -> DecisionShelf {
    let places = Set(wanted.map(\.place))
    var fresh = self
    fresh.held = held.filter { places.contains($0.key) }
    let now = Timestamp.now()
    let due = wanted.filter { fresh.held[$0.place].map { $0.decidedAt.adding(seconds: age) <= now } ?? true }
    for (place, question) in due where ContinuousClock.now < deadline {
      fresh.held[place] = try await serving.decision(on: question)
    }
    return fresh
  }

  mutating func forget() { held = [:] }
}
