import Attestations
import Drift
import Wire

/// Asks governance for the newest drift checks of the models that somebody looks at, over a line of its own.
actor DriftDesk {
  /// For how long an answer is shown before the plane is asked again.
  private static let longestAge = Duration.seconds(60)
  private static let capacity = 500

  private let governance: GovernanceReading
  private let turn = Turn(places: 64)
  private var shelf = Shelf<DriftWord>(capacity: capacity)

  init(governance: GovernanceReading) { self.governance = governance }

  /// What is known of each; a model is missing where nobody could be asked by the deadline.
  func words(
    on models: [ModelID], in snapshot: CatalogSnapshot, until deadline: ContinuousClock.Instant
  ) async -> [ModelID: DriftWord] {
    let hasTurn = (try? await turn.take(until: deadline)) != nil
    defer { if hasTurn { turn.give() } }
    var isAnswering = hasTurn && snapshot.governance.isAnswering
    for model in models where isAnswering && .now < deadline && isDue(model, at: .now) {
      isAnswering = await ask(model)
    }
    return Dictionary(models.compactMap { model in shelf[model].map { (model, $0) } }) { first, _ in first }
  }

  private func isDue(_ model: ModelID, at instant: ContinuousClock.Instant) -> Bool {
    shelf[model].map { instant - $0.asked.instant >= Self.longestAge } ?? true
  }

  private func ask(_ model: ModelID) async -> Bool {
    guard let checks = try? await governance.driftChecks(of: model) else { return false }
    shelf.put(DriftWord(checks, asked: .now()), of: model)
    return true
  }
}

/// The newest check of a model in each environment, as governance has signed it.
struct DriftWord: Sendable {
  struct Finding: Sendable {
    let environment: EnvironmentName
    let outcome: DriftOutcome
    let isAlarm: Bool
    let windowEnd: Timestamp
    let summary: String
  }

  let asked: Moment
  let findings: [Finding]
}

extension DriftWord {
  /// - Parameter checks: newest first.
  init(_ checks: [DriftCheck], asked: Moment) {
    self.asked = asked
    var seen: Set<EnvironmentName> = []
    findings = checks.filter { seen.insert($0.environment).inserted }.map { check in
      Finding(
        environment: check.environment, outcome: check.result.outcome, isAlarm: check.alarm.isRaised,
        windowEnd: check.windowEnd, summary: check.result.summary)
    }
  }
}
