import AgentFacts
import Attestations
import PlaneContract
import Synchronization
import TestSupport
import Testing
import Wire

@testable import NandaBridge

/// What pages say on old knowledge: that it is old.
@Suite struct DecisionDeskTests {
  private let pages: PageHouse
  private let listing: Listing
  private let snapshot: CatalogSnapshot

  init() throws {
    pages = try PageHouse()
    listing = try pages.listing("iris", environments: ["staging"])
    var watch = PlaneWatch()
    watch.note(
      PlaneStatus(
        plane: PrincipalID(checked: "serving-plane"), version: "1", startedAt: PageHouse.noon, trustRootVersion: 1,
        health: "ok", counters: [:]), at: PageHouse.noon)
    snapshot = pages.snapshot([listing], serving: watch)
  }

  @Test("A clock that is set back lets a model run on a page for no second longer")
  func clockSetBack() throws {
    let asked = Moment(time: PageHouse.noon, instant: .now)
    let known = KnownDecision(try pages.decision(on: listing), rootVersion: 1, asked: asked)
    let view = ModelView(listing, decisions: [known], deployments: [])
    #expect(view.allowed(at: asked.later(59)).map(\.text) == ["staging"])
    #expect(view.allowed(at: asked.later(59, clockSetBy: -70)).map(\.text) == ["staging"])
    for moment in [60, 75, 89].map({ asked.later($0, clockSetBy: -60) }) {
      #expect(view.allowed(at: moment).isEmpty)
      guard case .unknown = view.standing(in: EnvironmentName(checked: "staging"), at: moment) else {
        Issue.record("a decision that is over is told as one that holds")
        continue
      }
      #expect(known.isDue(at: moment, margin: 10))
    }
    #expect(!known.isDue(at: asked.later(49), margin: 10) && known.isDue(at: asked.later(51), margin: 10))
  }

  @Test("A decision is asked for once while it holds")
  func kept() async throws {
    let (source, desk) = try desk()
    for _ in 0..<3 { #expect(await decisions(of: desk).count == 1) }
    #expect(source.asked == 1)
  }

  @Test("With another trust root, nothing is told of what was verified by the one before, and it is asked for anew")
  func newTrustRoot() async throws {
    let (source, desk) = try desk()
    #expect(await decisions(of: desk).count == 1)
    source.turn(to: 2)
    source.fall(silent: true)
    #expect(await decisions(of: desk).isEmpty)
    source.fall(silent: false)
    #expect(await decisions(of: desk).map(\.rootVersion) == [2])
  }

  @Test("Once a serving plane has come back, nothing is told of what it said before, nor put there by a late answer")
  func planeIsBack() async throws {
    let (source, desk) = try desk()
    #expect(await decisions(of: desk).count == 1)
    await desk.expireAll()
    source.fall(silent: true)
    #expect(await decisions(of: desk).isEmpty)
    source.fall(silent: false)
    source.meanwhile { await desk.expireAll() }
    #expect(await decisions(of: desk).isEmpty)
  }

  private func desk() throws -> (PretendServing, DecisionDesk) {
    let source = PretendServing(try pages.decision(on: listing, at: .now()))
    return (source, DecisionDesk(serving: source))
  }

  private func decisions(of desk: DecisionDesk) async -> [KnownDecision] {
    let views = await desk.views(of: [listing], in: snapshot, until: .now + .seconds(30))
    return views.flatMap { Array($0.decisions.values) }
  }
}

/// Says the same on every question, by whatever trust root there is.
private final class PretendServing: DecisionSource {
  private struct State {
    var rootVersion = 1
    var asked = 0
    var isSilent = false
    var meanwhile: (@Sendable () async -> Void)?
  }

  private let decision: VerifiedDecision
  private let state = Mutex(State())

  init(_ decision: VerifiedDecision) { self.decision = decision }

  var rootVersion: Int { state.withLock(\.rootVersion) }
  var asked: Int { state.withLock(\.asked) }

  func turn(to version: Int) { state.withLock { $0.rootVersion = version } }
  func fall(silent: Bool) { state.withLock { $0.isSilent = silent } }
  /// What happens while the next question is on its way.
  func meanwhile(_ body: @escaping @Sendable () async -> Void) { state.withLock { $0.meanwhile = body } }

  func decision(on question: GateQuestion) async throws -> VerifiedDecision {
    let (isSilent, meanwhile) = state.withLock { state in
      state.asked += 1
      defer { state.meanwhile = nil }
      return (state.isSilent, state.meanwhile)
    }
    await meanwhile?()
    guard !isSilent else { throw PaperFault("nobody answers") }
    return decision
  }
}
