import Attestations
import Foundation
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// The lease between real daemons, with a policy whose leases live for ten seconds.
@Suite("The lease", .serialized)
struct LeaseTests {
  /// Planes on a home with short leases, `model` approved for staging and production and running in staging.
  private func planes(running model: String) async throws -> (DaemonFixture, TrainedModel) {
    let home = try await PlanesHome()
    try home.replaceRoot { $0.replacing("\"lease_seconds\":300", with: "\"lease_seconds\":10") }
    let planes = try await DaemonFixture(on: home)
    return (planes, try await planes.deployed(model))
  }

  private func reason(_ gate: String, of model: ModelID, by ci: PlaneCaller) async throws -> String? {
    let question = GateQuestion(modelID: model, environment: EnvironmentName(checked: "staging"), scope: nil)
    let reply = try await ci.ask(.modelAuthorize, ModelAuthorize(question: question), on: .servingRead)
    let gates = reply["decision"]?.object?["gates"]?.array?.compactMap(\.object) ?? []
    return gates.first { $0["gate"]?.string == gate }?["reason"]?.string
  }

  @Test(
    "Without governance nothing new is deployed, what runs goes on and is marked stale, and all of it ends when governance is back"
  )
  func governanceStops() async throws {
    let (planes, model) = try await planes(running: "orphan")
    let ci = try planes.home.caller("ci")
    try await planes.kill(.governance)
    try await pollUntil("the lease ends") { try await ci.status(of: .serving).health.contains("lease ended") }
    try await expectDenied(by: "lease") { try await ci.deploy(model.id, to: "production", weights: model.path) }
    #expect(try await ci.authorize(model.id).passed)
    #expect(try await reason("lease", of: model.id, by: ci)?.hasPrefix("stale") == true)
    try await expectDenied(by: "lease") { try await ci.deploy(model.id, weights: model.path) }
    #expect(try planes.home.served(model.id.text) == model.served)

    try await planes.start(.governance)
    try await pollUntil("a lease has come") { try await ci.status(of: .serving).health == "ok" }
    try await ci.deploy(model.id, to: "production", weights: model.path)
  }

  @Test("A clock mark set far ahead stops the plane until an operator accepts the clock, which is on record")
  func acceptClock() async throws {
    let (planes, model) = try await planes(running: "late")
    let (home, ci) = (planes.home, try planes.home.caller("ci"))
    let (running, refused) = try await acceptClock(home)
    #expect(running != 0 && refused.contains("another process is using this home"))
    #expect(try await planes.terminate(.serving) == 0)
    try SQLiteProgram.run("UPDATE clock_high_water SET time = time + 86400000000", on: home.database(of: .serving))
    try await planes.start(.serving)
    #expect(try await ci.authorize(model.id).failures.keys.contains("clock"))
    #expect(try await ci.status(of: .serving).health.contains("accept-clock"))
    #expect(try await planes.terminate(.serving) == 0)
    let (code, output) = try await acceptClock(home)
    #expect(code == 0 && output.contains("the highest time on record was"), "\(output)")
    try await planes.start(.serving)
    #expect(try await ci.authorize(model.id).passed)
    let recorded = try SQLiteProgram.run(
      "SELECT count(*) FROM evidence WHERE event = 'clock_accepted'", on: home.database(of: .serving))
    #expect(recorded == ["1"])
  }

  private func acceptClock(_ home: PlanesHome) async throws -> (code: CInt, output: String) {
    let log = "\(home.folder)/accept-clock.log"
    let program = try ChildProcess(
      BuiltPrograms.path("serving-plane"), ["accept-clock", "--config", home.config(of: .serving)], log: log)
    return (try await program.end(), try String(contentsOfFile: log, encoding: .utf8))
  }
}
