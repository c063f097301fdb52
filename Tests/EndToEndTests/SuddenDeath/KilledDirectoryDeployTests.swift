import Attestations
import Foundation
import Glibc
import PlaneContract
import TestSupport
import Testing
import Transport
import Wire

/// The serving plane is killed at every call of a deploy that changes the disk or makes it durable, one after the other: first it dies
/// before the first of them, then before the second, until the deploy is answered. The endpoint is `directory`.
@Suite("Killed at every call of a deploy to a directory", .serialized, .runningPlanes)
struct KilledDirectoryDeployTests {
  /// The calls of a deploy come in the same order each time, but for how many pages SQLite writes in a transaction and for what else
  /// the plane makes durable meanwhile.
  private static let ordered = [
    "mkdirat", "create", "write", "fchmod", "fsync", "syncfs", "rename", "symlinkat", "unlinkat", "fdatasync",
  ]
  private static let mostCalls = 300

  let stage: Stage
  let ci: PlaneCaller
  var planes: DaemonFixture { stage.planes }

  init() throws {
    stage = try Stage()
    ci = try stage.caller("ci")
  }

  @Test("What was on record runs, what was only intended is undone and said to be, and the same deploy succeeds then")
  func everyCallOfADeploy() async throws {
    var struck = try await killedInTurn("struck", at: 1, of: Self.ordered)
    // The deploy was walked through from end to end. What the plane writes beside it, such as what it has seen of its peers' logs,
    // may have shifted one of the calls out of the count: that one is struck by its name.
    for call in ["mkdirat", "create", "write", "fchmod", "fsync", "rename", "unlinkat", "symlinkat", "fdatasync"] {
      if !struck.contains(where: { $0.hasPrefix("\(call) ") }) {
        struck += try await killedInTurn("struck-\(call)", at: 1, every: Self.mostCalls, of: [call])
      }
      #expect(struck.contains { $0.hasPrefix("\(call) ") }, "\(call) is not among \(struck)")
    }
    if !struck.contains(where: Self.isSwitch) {
      struck += try await killedInTurn(
        "struck-switch", at: 1, every: Self.mostCalls, from: "rename /struck-switch/current", of: ["rename"])
    }
    #expect(struck.contains(where: Self.isSwitch), "\(struck)")
    try await stage.expectSteadyStillRuns()
  }

  private static func isSwitch(_ call: String) -> Bool { call.hasPrefix("rename ") && call.hasSuffix("/current") }

  /// In `make test-long` each write of a page, else one of five.
  @Test("The same at the writes of the database, before and after the endpoint's yes")
  func writesOfTheDatabase() async throws {
    let struck = try await killedInTurn("written", at: 1, every: LongTests.areAsked ? 1 : 5, of: ["pwrite"])
    #expect(struck.count > 3)
  }

  @Test("The same when the answer is on its way")
  func theAnswer() async throws {
    _ = try await killedInTurn("replied", at: 1, every: Self.mostCalls, from: "rename /replied/current", of: ["send"])
  }

  /// Kills deploys of one version after the other until one is answered; returns the calls at which they died.
  private func killedInTurn(
    _ name: String, at first: Int, every step: Int = 1, from: String = "mkdirat .ingest-", of calls: [String]
  ) async throws -> [String] {
    let sabotage = try await Sabotage(in: planes.home)
    var running = try await approved(name, version: 0)
    try await ci.deploy(running.id, to: "production", weights: running.path)
    var struck: [String] = []
    for number in stride(from: first, through: Self.mostCalls, by: step) {
      let next = try await approved(name, version: number)
      let isAnswered = try await strike(next, through: sabotage.striking(.kill, at: number, from: from, of: calls))
      if !isAnswered { struck.append(try #require(sabotage.calls.last)) }
      try await expectSettled(next, over: running, isAnswered: isAnswered, struck)
      if isAnswered { break }
      try await ci.deploy(next.id, to: "production", weights: next.path)
      running = next
    }
    return struck
  }

  @Test("Killed again at every call of the undoing, it is undone by the start after that")
  func everyCallOfTheUndoing() async throws {
    let sabotage = try await Sabotage(in: planes.home)
    let running = try await approved("undone", version: 0)
    try await ci.deploy(running.id, to: "production", weights: running.path)
    let next = try await approved("undone", version: 1)
    var struck: [String] = []
    while struck.count < Self.mostCalls {
      // The link leads to the new weights, and no outcome is on record.
      let switched = sabotage.striking(.kill, at: 2, from: "rename /undone/current", of: Self.ordered)
      #expect(try await !strike(next, through: switched))
      #expect(try planes.home.served("undone", in: "production") == next.served)
      let undoing = sabotage.striking(
        .kill, at: struck.count + 1, from: "unlinkat .current.new", of: Self.ordered + ["send"])
      await #expect(throws: ProcessFailure.self) { try await planes.start(.serving, through: undoing) }
      struck.append(sabotage.calls.last ?? "none")
      let isUndone = try DatabaseCopy(of: .serving, in: planes.home).count(Self.intended, "\(next.weightsHash)") == 0
      try await planes.start(.serving)
      try await expectRuns(running, struck)
      #expect(try count(Self.undone, next.id.text) == struck.count, "\(struck)")
      if isUndone { break }
    }
    for call in ["unlinkat", "symlinkat", "rename", "fsync", "fdatasync"] {
      #expect(struck.contains { $0.hasPrefix("\(call) ") }, "\(call) is not among \(struck)")
    }
    try await ci.deploy(next.id, to: "production", weights: next.path)
    try await expectRuns(next, struck)
  }

  /// Asks a plane that will be struck for the deploy; whether it was answered.
  private func strike(_ model: TrainedModel, through wrapper: [String]) async throws -> Bool {
    try await planes.kill(.serving)
    try await planes.start(.serving, through: wrapper)
    do {
      try await ci.deploy(model.id, to: "production", weights: model.path)
    } catch is TransportError {
      _ = try await planes.ended(.serving)
      return false
    }
    try await planes.kill(.serving)
    return true
  }

  /// Reads what the dead plane left, starts it again, and compares.
  private func expectSettled(
    _ next: TrainedModel, over running: TrainedModel, isAnswered: Bool, _ struck: [String]
  ) async throws {
    let remains = try DatabaseCopy(of: .serving, in: planes.home)
    let isPromoted = try remains.count(Self.promoted, "\(next.weightsHash)") == 1
    #expect(isPromoted || !isAnswered, "\(struck)")
    if isPromoted {
      #expect(try planes.home.served(next.id.text, in: "production") == next.served, "signed before it ran: \(struck)")
    }
    let wasIntended = try remains.count(Self.intended, "\(next.weightsHash)")
    let undone = try remains.count(Self.undone, next.id.text)
    try await planes.start(.serving)
    try await expectRuns(isPromoted ? next : running, struck)
    #expect(try count(Self.undone, next.id.text) == undone + wasIntended, "\(struck)")
  }

  private static let promoted = "SELECT count(*) FROM deployment WHERE weights_hash = ? AND promotion IS NOT NULL"
  private static let intended = "SELECT count(*) FROM deployment WHERE weights_hash = ? AND state = 'intended'"
  private static let undone = """
    SELECT count(*) FROM evidence WHERE model_id = ? AND event = 'deployment_failed'
      AND instr(CAST(entry AS TEXT), 'the plane stopped before it was done') > 0
    """
  /// Intents without an outcome in the evidence.
  private static let open = """
    SELECT sum((event = 'deployment_intended') - (event IN ('model_deployment', 'deployment_failed'))) FROM evidence
    WHERE model_id = ?
    """

  /// A count in the database of the running plane.
  private func count(_ sql: String, _ argument: String) throws -> Int {
    let bound = sql.replacing("?", with: "'\(argument)'")
    return Int(try SQLiteProgram.run(bound, on: planes.home.database(of: .serving)).first ?? "") ?? -1
  }

  /// Nothing else is on record, served, or left over.
  private func expectRuns(_ model: TrainedModel, _ struck: [String]) async throws {
    try await pollUntil("\(model.id) is as it is on record after \(struck.last ?? "nothing")\n\(planes.logs)") {
      let rows = try await ci.deployments(
        DeploymentList(environment: EnvironmentName(checked: "production"), modelID: model.id))
      return try rows.map(\.weightsHash) == [model.weightsHash] && rows.map(\.state) == [.deployed]
        && planes.home.served(model.id.text, in: "production") == model.served
    }
    #expect(try count(Self.open, model.id.text) == 0, "\(struck)")
    #expect(try await ci.authorize(model.id, in: "production").passed, "\(struck)")
    #expect(try planes.home.unfinishedCopies() == [], "\(struck)")
    let place = "\(planes.home.folder(of: .serving))/deployments/production/\(model.id)"
    #expect(try FileManager.default.contentsOfDirectory(atPath: place) == ["current"], "\(struck)")
  }

  private func approved(_ name: String, version: Int) async throws -> TrainedModel {
    try await planes.startAll()
    let model = try await planes.trained(name, version: version)
    try await planes.approved(planes.approval(of: model))
    return model
  }
}
