import TestSupport
import Testing

@testable import NandaBridge

/// The line in which clients wait for what has to be made.
@Suite struct TurnTests {
  private let late = ContinuousClock.now + .seconds(600)

  @Test("A client that asks and goes away in a loop fills no line beyond its places")
  func fullLine() async throws {
    let turn = Turn(places: 3)
    try await turn.take(until: late)
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<50 {
        group.addTask {
          guard (try? await turn.take(until: late)) != nil else { return false }
          turn.give()
          return true
        }
      }
      // Whoever is refused is so at once; the three who wait get their turn.
      var refused: [Bool] = []
      while refused.count < 47, let outcome = await group.next() { refused.append(outcome) }
      turn.give()
      for await outcome in group { refused.append(outcome) }
      return refused
    }
    #expect(outcomes.filter { $0 }.count == 3 && outcomes.count == 50)
    try await turn.take(until: late)
  }

  @Test("Who is cancelled leaves the line, and those behind get their turn")
  func cancelled() async throws {
    let turn = Turn(places: 1)
    try await turn.take(until: late)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await #expect(throws: CancellationError.self) { try await turn.take(until: late) } }
      group.cancelAll()
    }
    async let behind: Void = turn.take(until: late)
    turn.give()
    try await behind
  }

  @Test("A turn that comes after the deadline is given on, and nobody works for who has stopped waiting")
  func tooLate() async throws {
    let turn = Turn(places: 1)
    await #expect(throws: Overload.self) { try await turn.take(until: .now) }
    try await turn.take(until: late)
    #expect(throws: Overload.self) { try Patience(.seconds(600)) { false }.check() }
    #expect(throws: Overload.self) { try Patience(.zero).check() }
  }
}
