import Attestations
import Glibc
import TestSupport
import Transport

/// Some models ask for the same step at the same time, and a plane is struck by a signal meanwhile.
struct Volley: Sendable {
  /// Nil: nobody asks for anything.
  let step: Step?
  let victim: Role
  let moment: KillMoment
  var signal = SIGKILL

  struct Outcome: Sendable {
    let journey: Journey
    /// The request was sent, and the plane hung up without an answer.
    let isLost: Bool
  }

  func strike(_ journeys: [Journey], on planes: DaemonFixture) async throws -> [Outcome] {
    let replies = ReplyCounter(of: step == nil ? 0 : journeys.count)
    let killer = Killer(planes: planes, victim: victim, moment: moment, replies: replies, signal: signal)
    async let struck: Void = killer.strike()
    let outcomes = try await withThrowingTaskGroup(of: Outcome.self) { group in
      for journey in journeys { group.addTask { try await attempt(journey, replies) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    try await struck
    return outcomes
  }

  private func attempt(_ journey: Journey, _ replies: ReplyCounter) async throws -> Outcome {
    guard let step else { return Outcome(journey: journey, isLost: false) }
    do {
      try await journey.take(step)
      replies.add()
      return Outcome(journey: journey, isLost: false)
    } catch let error as TransportError where step.plane == victim {
      if case .unreachable = error { return Outcome(journey: journey, isLost: false) }
      return Outcome(journey: journey, isLost: true)
    }
  }

  static func each(
    _ journeys: [Journey], _ body: @escaping @Sendable (Journey) async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for journey in journeys { group.addTask { try await body(journey) } }
      try await group.waitForAll()
    }
  }
}
