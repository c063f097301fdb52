import Foundation
import TestSupport
import Testing
import Wire

/// `planectl` and the real bridge of a home.
@Suite(.serialized) struct BridgeCommandTests {
  /// A home whose bridge lets the system choose its port, as tests beside each other need it; stopped at the end, whatever happens.
  private func withHome(_ body: (PlanesHome, Planectl) async throws -> Void) async throws {
    let home = try await PlanesHome()
    let planectl = Planectl(home)
    try edit(home, "listen: 127.0.0.1:8370", "listen: 127.0.0.1:0")
    do { try await body(home, planectl) } catch {
      _ = try await planectl.run("down")
      throw error
    }
    #expect(try await planectl.run("down").code == 0)
  }

  private func edit(_ home: PlanesHome, _ old: String, _ new: String) throws {
    let path = "\(home.path)/nanda-bridge/config.yaml"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try #require(text.contains(old))
    try text.replacing(old, with: new).write(toFile: path, atomically: false, encoding: .utf8)
  }

  /// The line about the bridge of `planectl up --bridge --json`.
  private func started(_ planectl: Planectl) async throws -> (started: Bool, address: String, output: String) {
    let (code, output) = try await planectl.run("up", "--bridge", "--json")
    try #require(code == 0, "\(output)")
    let objects = output.split(separator: "\n").compactMap { try? StrictJSON.parse(Array($0.utf8)).object }
    let line = try #require(objects.first { $0["bridge"]?.string == "nanda-bridge" })
    return (line["started"]?.bool == true, try #require(line["address"]?.string), output)
  }

  private func health(at address: String) throws -> Int {
    let port = try #require(address.firstMatch(of: #/^http://127\.0\.0\.1:([0-9]+)$/#).flatMap { UInt16($0.1) })
    return try HTTPCaller(port: port).get("/healthz").status
  }

  @Test("The bridge alone is started, found, restarted for a changed config, and stopped, while the planes go on")
  func lifeOfABridge() async throws {
    try await withHome { home, planectl in
      let first = try await started(planectl)
      #expect(first.started)
      try await pollUntil("the bridge is well") { try health(at: first.address) == 200 }
      let again = try await started(planectl)
      #expect(!again.started && again.address == first.address && !again.output.contains("was changed"))

      try edit(home, "listen: 127.0.0.1:0", "listen: unix:bridge.sock")
      let changed = try await started(planectl)
      #expect(!changed.started && changed.address == first.address)
      #expect(changed.output.contains("planectl down --bridge && planectl up --bridge"), "\(changed.output)")
      let doctor = try await planectl.run("doctor")
      #expect(doctor.code == 0 && doctor.output.contains("an older config than is there"), "\(doctor.output)")

      let down = try await planectl.run("down", "--bridge")
      #expect(down.code == 0 && down.output.contains("nanda-bridge has stopped") && !down.output.contains("-plane"))
      #expect(throws: (any Error).self) { try health(at: first.address) }
      #expect(try await planectl.run("status").code == 0, "the planes go on")
      #expect(try await planectl.run("down", "--bridge").output.contains("does not run"))

      let other = try await started(planectl)
      #expect(other.started && other.address == "unix:\(home.path)/nanda-bridge/bridge.sock")
    }
  }

  @Test("What planectl nanda prints has the names and endpoints that the bridge serves")
  func sameDocument() async throws {
    let planes = try await DaemonFixture()
    let bridge = try await BridgeFixture(
      on: planes.home, ["registry_id: acme", "model_endpoint: https://acme.example/{environment}/{model}"])
    let unknown = try await Planectl(planes.home).run("nanda", "steady", "--as", "bridge")
    #expect(unknown.code == 4 && unknown.output.contains("knows no model"), "\(unknown.output)")
    try await planes.approved(planes.approval(of: planes.trained("steady")))
    let served: JSONObject = try await pollUntil("steady is certified\n\(bridge.log)") {
      let answer = try bridge.http.get("/nanda/resolve?agent=steady")
      guard answer.status == 200, let fields = try? answer.json(), fields["certification"]?.isNull == false else {
        return nil
      }
      return fields
    }
    let (code, output) = try await Planectl(planes.home).run("nanda", "steady", "--as", "bridge", "--json")
    let printed = try #require(try StrictJSON.parse(Array(output.trimmingCharacters(in: .newlines).utf8)).object)
    #expect(code == 0 && printed["handle"]?.string == "@acme:models/steady")
    for name in ["id", "handle", "provider", "endpoints", "skills"] {
      #expect(printed[name] != nil && printed[name]?.jsonText == served[name]?.jsonText, "\(name)")
    }
    withExtendedLifetime(planes) {}
  }
}
