import Attestations
import Signing
import TestSupport
import Testing

/// One kill: some models ask for the same step at the same time, a plane dies, and then everything must go on.
struct KillRound: Sendable {
  let number: Int
  /// Nil: nobody asks for anything.
  let step: Step?
  let victim: Role
  let moment: KillMoment
  let models: Int
  let byteCount: Int
  /// Another version of the models runs already.
  let replaces: Bool
  /// Killed again so long after it was started again.
  let again: Duration?

  /// Returns the models that went through it, and what each kill left behind.
  func run(on planes: DaemonFixture) async throws -> (journeys: [Journey], kills: [Autopsy]) {
    let earlier = replaces ? try journeys(version: 1, on: planes) : []
    try await Volley.each(earlier) { try await $0.travel(Step.path) }
    let journeys = try journeys(version: 2, on: planes)
    try await Volley.each(journeys) { try await $0.travel(step?.before ?? []) }

    let outcomes = try await Volley(step: step, victim: victim, moment: moment).strike(journeys, on: planes)
    let autopsy = try await autopsy(outcomes, on: planes)
    var kills = [autopsy]
    if let again { kills.append(try await killAgain(after: again, outcomes, on: planes)) }
    try await planes.start(victim)
    try await expectWhatIsOnRecord(autopsy, journeys, earlier, on: planes)
    try await complete(journeys, autopsy, on: planes)
    return (journeys + earlier, kills)
  }

  private func journeys(version: Int, on planes: DaemonFixture) throws -> [Journey] {
    try (0..<models).map { try Journey("round-\(number)/\($0)", version: version, byteCount: byteCount, on: planes) }
  }

  private func autopsy(_ outcomes: [Volley.Outcome], on planes: DaemonFixture) async throws -> Autopsy {
    let waiting = try await isAwaited(on: planes)
    try await planes.kill(victim)
    return try await Autopsy(of: victim, on: planes, after: step, outcomes, isReceiving: waiting)
  }

  /// Whether the plane that answered the step has not got through to the victim.
  private func isAwaited(on planes: DaemonFixture) async throws -> Bool {
    guard let step, step.told == victim else { return false }
    let status = try await planes.home.caller("bridge").status(of: step.plane)
    return status.counters["outbox_pending"] != 0
  }

  private func killAgain(
    after delay: Duration, _ outcomes: [Volley.Outcome], on planes: DaemonFixture
  ) async throws -> Autopsy {
    try planes.launch(victim)
    let replies = ReplyCounter(of: 1)
    try await Killer(planes: planes, victim: victim, moment: .time(delay), replies: replies).strike()
    try await planes.kill(victim)
    return try await Autopsy(of: victim, on: planes, after: nil, [], isReceiving: false, isRecovering: true)
  }

  /// A plane that answers again serves what it has on record and nothing else, and has cleaned up.
  private func expectWhatIsOnRecord(
    _ autopsy: Autopsy, _ journeys: [Journey], _ earlier: [Journey], on planes: DaemonFixture
  ) async throws {
    guard step == .deploy else { return }
    #expect(try planes.home.unfinishedCopies() == [])
    for journey in journeys {
      let isDeployed = autopsy.effects.contains { $0.journey === journey }
      let wasAnswered = await journey.receipts[.deploy] != nil
      let before = earlier.first { $0.model == journey.model }?.served
      let expected = isDeployed || wasAnswered ? journey.served : before
      // A plane is ready before it has put back what runs: a link may be switched while it is read here.
      try await pollUntil("\(journey.model) is served as it is on record") {
        do { return try planes.home.served(journey.model.text) == expected } catch { return false }
      }
    }
  }

  /// Everybody asks again, and the path goes on to its end.
  private func complete(_ journeys: [Journey], _ autopsy: Autopsy, on planes: DaemonFixture) async throws {
    try await Volley.each(journeys) { journey in
      if let step { try await again(step, of: journey, autopsy) }
      if step?.isRevocation == true {
        try await journey.expectItIsDead()
      } else {
        // From the first step: what was answered is asked for again too.
        try await journey.travel(Step.path)
        try await journey.expectItRuns()
        try await journey.end()
      }
    }
    #expect(try planes.home.unfinishedCopies() == [])
  }

  private func again(_ step: Step, of journey: Journey, _ autopsy: Autopsy) async throws {
    let receipt = try await journey.take(step)
    if let effect = autopsy.effects.first(where: { $0.journey === journey }) {
      #expect(receipt.digest == effect.digest, "\(step.rawValue) of \(journey.model): what was committed is answered")
    }
    try await journey.travel([step])
  }
}
