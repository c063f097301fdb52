import Attestations
import Foundation
import TestSupport
import Testing
import Wire

/// By which key the bridge asks, and what it says of its trust root, its planes and its record.
@Suite(.serialized) struct BridgeTrustTests {
  private let home: PlanesHome

  init() async throws { home = try await PlanesHome() }

  @Test("A key that is nobody's, another's, or a reader's who is more than that, is refused with what to do")
  func onlyAReader() async throws {
    try home.replaceRoot { $0.replacing("\"roles\":[\"reader\"]", with: "\"roles\":[\"reader\",\"monitor\"]") }
    let root = try home.currentRoot()
    let pin = "trust_root_digest: \(root.digest)"
    let reader = try await BridgeFixture.refusal(on: home, [pin])
    #expect(reader.contains("bridge.pem") && reader.contains("bridge, reader and monitor"), "\(reader)")
    #expect(reader.contains(try home.key("bridge").publicKey.keyID) && reader.contains("--role reader"), "\(reader)")
    let deployer = try await BridgeFixture.refusal(on: home, [pin, "key: ../keys/ci.pem"])
    #expect(deployer.contains("ci, deployer"), "\(deployer)")
    let nobody = try await BridgeFixture.refusal(on: home, [pin, "key: ../keys/root.pem"])
    #expect(nobody.contains("no principal's"), "\(nobody)")
  }

  @Test("A trust root's folder that was emptied is said, and the bridge is not well until it is back; so is a new root")
  func emptiedFolder() async throws {
    let planes = try await DaemonFixture(on: home)
    let bridge = try await BridgeFixture(on: home)
    try await pollUntil("it is well") { try bridge.http.get("/healthz").status == 200 }
    #expect(try bridge.http.get("/healthz").json()["reason"]?.isNull == true)
    let first = try Data(contentsOf: URL(fileURLWithPath: home.rootFile(1)))
    try FileManager.default.removeItem(atPath: home.rootFile(1))
    try await pollUntil("it is not well") { try bridge.http.get("/healthz").status == 503 }
    #expect(try bridge.http.get("/healthz").json()["reason"]?.string?.contains("trust root") == true)
    #expect(bridge.log.contains("warning newer trust roots would not be seen"))
    try first.write(to: URL(fileURLWithPath: home.rootFile(1)))
    try home.install(home.next(after: home.root))
    try await pollUntil("it is well again, by the new root") {
      let health = try bridge.http.get("/healthz")
      return try health.status == 200 && health.json()["trust_root_version"]?.int == 2
    }
    let accepted = bridge.log.split(separator: "\n").filter { $0.contains("trust root accepted") }
    #expect(accepted.count == 2 && accepted.last?.contains("version=2") == true, "\(bridge.log)")
    withExtendedLifetime(planes) {}
  }

  @Test("That a plane is away, and that it answers again, is said once each, in the log and by its name in /healthz")
  func awayAndBack() async throws {
    let planes = try await DaemonFixture(on: home)
    let bridge = try await BridgeFixture(on: home)
    try await planes.kill(.governance)
    try await pollUntil("it is not well") { try bridge.http.get("/healthz").status == 503 }
    #expect(try bridge.http.get("/healthz").json()["reason"]?.string == "governance-plane does not answer")
    try await planes.start(.governance)
    try await pollUntil("it is well again") { try bridge.http.get("/healthz").status == 200 }
    for words in ["a plane does not answer", "a plane answers again"] {
      #expect(bridge.log.split(separator: "\n").filter { $0.contains(words) }.count == 1, "\(bridge.log)")
    }
  }

  @Test("An agent whose model nobody approved is named in the log once, and counted")
  func unlistedAgent() async throws {
    let planes = try await DaemonFixture(on: home)
    let bridge = try await BridgeFixture(
      on: home, ["agents: [{id: lost, name: A, description: d, model: irsi, environment: staging}]"])
    let unlisted = { try bridge.http.get("/metrics").text.contains("nanda_bridge_agents_unlisted 1\n") }
    try await pollUntil("it is counted") { try unlisted() }
    try await planes.approved(planes.approval(of: planes.trained("iris")))
    try await pollUntil("iris is listed") { try bridge.http.get("/nanda/index").json()["total_count"]?.int == 1 }
    let said = bridge.log.split(separator: "\n").filter { $0.contains("an agent is not listed") }
    #expect(said.count == 1 && said.first?.contains("agent=default/lost") == true, "\(bridge.log)")
    #expect(said.first?.contains("model=irsi") == true && said.first?.contains("environment=staging") == true)
    #expect(try unlisted())
  }

  @Test("A damaged database is refused with the way out: to move it away, and not to put an older one back")
  func damagedDatabase() async throws {
    let first = try await BridgeFixture(on: home)
    _ = try await first.terminate()
    let path = "\(BridgeFixture.folder(of: home))/state.sqlite"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes.replaceSubrange(4096..<bytes.count, with: Data(repeating: 0x5a, count: bytes.count - 4096))
    try bytes.write(to: URL(fileURLWithPath: path))
    let said = try await BridgeFixture.refusal(on: home, [])
    #expect(said.contains("is damaged") && said.contains("move it away") && said.contains("410"), "\(said)")
    #expect(!said.contains("restore it"), "\(said)")
  }
}
