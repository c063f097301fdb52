import Attestations
import Foundation
import TestSupport
import Testing

/// Planes are killed while they work. What was answered holds, nothing is done twice, and everything goes on.
@Suite("Sudden death", .serialized, .runningPlanes)
struct SuddenDeathTests {
  static let rounds = LongTests.areAsked ? 300 : 30
  /// Kills that must have met a request in flight, and a commit whose reply was lost, for the run to have shown anything.
  static let minima = LongTests.areAsked ? (inFlight: 100, committed: 30) : (inFlight: 5, committed: 1)

  let stage: Stage
  var planes: DaemonFixture { stage.planes }

  init() throws { stage = try Stage() }

  @Test("Planes killed in the middle of the path lose nothing that was answered and do nothing twice")
  func killedOnThePath() async throws {
    var generator = SeededGenerator(variable: "KILL_SEED")
    print("KILL_SEED=\(generator.seed)")
    var (table, journeys) = (KillTable(), [Journey]())
    for number in 0..<Self.rounds {
      let round = KillPlan.round(number, using: &generator)
      let outcome = try await round.run(on: planes)
      journeys += outcome.journeys
      for kill in outcome.kills { table.add(kill) }
    }
    try await stage.expectSteadyStillRuns()
    try report(table, seed: generator.seed)
    #expect(table.inFlight.kills >= Self.minima.inFlight, "too few kills met a request in flight")
    #expect(table.committed.kills >= Self.minima.committed, "too few kills came between a commit and its reply")
    try await Audit(of: planes).expectEverything(journeys)
  }

  private func report(_ table: KillTable, seed: UInt64) throws {
    let text = table.text(rounds: Self.rounds, seed: seed)
    print(text)
    guard let path = ProcessInfo.processInfo.environment["KILL_TABLE"] else { return }
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }
}
