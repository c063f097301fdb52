import Attestations
import Foundation
import Glibc
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// What a plane makes of its folder of trust roots, at the start and on SIGHUP.
@Suite("Folders of trust roots", .serialized)
struct TrustFolderTests {
  let planes: DaemonFixture
  var home: PlanesHome { planes.home }

  init() async throws {
    planes = try await DaemonFixture()
    // A lease of the first root, without which serving's health is not ok.
    let anyone = try planes.home.caller("bridge")
    try await pollUntil("serving has a lease") { try await anyone.status(of: .serving).health == "ok" }
  }

  @Test("SIGHUP with a broken file keeps everyone served, and says what is wrong", arguments: PlanesHome.planes)
  func brokenFile(_ plane: Role) async throws {
    try Data("{\"payload\":".utf8).write(to: URL(fileURLWithPath: home.rootFile(2)), options: .atomic)
    let status = try await planes.reload(plane) { $0.health != "ok" }
    #expect(status.trustRootVersion == 1)
    #expect(status.health.contains("2.root.json"), "\(status.health)")
    try await expectServed()
    try home.install(home.next(after: home.root), as: 2)
    let mended = try await planes.reload(plane) { $0.trustRootVersion == 2 }
    #expect(mended.health == "ok")
    try await expectServed()
  }

  @Test("A half-signed root, a gap and a stranger's root are refused with the reason, and then the right one is taken")
  func refusals() async throws {
    let second = try home.next(after: home.root)
    try home.install(second, as: 3)
    #expect(try await health(.serving).contains("version 2 is missing, though there is a version 3"))
    try FileManager.default.removeItem(atPath: home.rootFile(3))

    let forged = try UnverifiedEnvelope(signing: second.envelope.payload, as: .trustRoot, by: [home.key("alice")])
    try Data(forged.serialized).write(to: URL(fileURLWithPath: home.rootFile(2)), options: .atomic)
    #expect(try await health(.serving).contains("signed by 0 of version 1's root keys, 1 must"))

    let newKey = try SecretKey.generate()
    var draft = TrustRootDraft(second.root)
    draft.rootKeys = [newKey.publicKey]
    let half = try draft.checked().signed(by: [home.key("root")])
    try Data(half.serialized).write(to: URL(fileURLWithPath: home.rootFile(2)), options: .atomic)
    #expect(try await health(.serving).contains("0 of its keys signed it, 1 must"))

    try home.install(second)
    #expect(try await planes.reload(.serving) { $0.trustRootVersion == 2 }.health == "ok")
  }

  @Test("A folder that shrank changes nothing: the newest accepted root stays in force, also after a restart")
  func shrunk() async throws {
    try home.install(home.next(after: home.root))
    _ = try await planes.reload(.governance) { $0.trustRootVersion == 2 }
    try FileManager.default.removeItem(atPath: home.rootFile(2))
    let shrunk = try await planes.reload(.governance) { $0.health.contains("lacks version 2") }
    #expect(shrunk.trustRootVersion == 2)
    #expect(try await planes.terminate(.governance) == 0)
    try await planes.start(.governance)
    let restarted = try await home.caller("bridge").status(of: .governance)
    #expect(restarted.trustRootVersion == 2)
    #expect(restarted.health.contains("lacks version 2"), "\(restarted.health)")
  }

  @Test("Another version 2 than the accepted one is refused: on SIGHUP it changes nothing, and no plane starts on it")
  func twoRootsOfOneVersion() async throws {
    try home.install(home.next(after: home.root))
    _ = try await planes.reload(.serving) { $0.trustRootVersion == 2 }
    try home.install(
      home.next(after: home.root) { draft in draft.principals.removeAll { $0.id.text == "metrics" } }, as: 2)
    let status = try await planes.reload(.serving) { $0.health != "ok" }
    #expect(status.health.contains("a version is never replaced"), "\(status.health)")
    _ = try await home.caller("metrics").status(of: .serving)
    #expect(try await planes.terminate(.serving) == 0)
    let (code, log) = try await DaemonFixture.refusedStart(of: .serving, on: home)
    #expect(code != 0)
    #expect(log.contains("a version is never replaced"))
  }

  @Test("A plane without a record starts on no folder that does not hold as a whole")
  func noRecord() async throws {
    try await planes.killAll()
    let fresh = try await PlanesHome()
    try fresh.install(fresh.next(after: fresh.root), as: 3)
    try await fresh.expectRefusedStart(of: .serving, saying: "version 2 is missing")
    try FileManager.default.removeItem(atPath: fresh.rootFile(3))
    try fresh.install(fresh.next(after: fresh.root))
    let started = try await DaemonFixture(on: fresh)
    #expect(try await fresh.caller("bridge").status(of: .serving).trustRootVersion == 2)
    withExtendedLifetime(started) {}
  }

  @Test("A root that gives the plane another key waits until the plane is started with it")
  func ownKey() async throws {
    let key = try SecretKey.generate()
    try home.install(
      home.next(after: home.root) { draft in
        draft.principals = draft.principals.map { $0.roles == [.serving] ? $0.with(keys: [key.publicKey]) : $0 }
      })
    let status = try await planes.reload(.serving) { $0.health != "ok" }
    #expect(status.trustRootVersion == 1)
    #expect(status.health.contains("version 2 gives this plane another key"), "\(status.health)")
    #expect(try await planes.terminate(.serving) == 0)
    let (code, log) = try await DaemonFixture.refusedStart(of: .serving, on: home)
    #expect(code != 0)
    #expect(log.contains("not this plane's key"))
  }

  private func health(_ plane: Role) async throws -> String {
    let before = try await home.caller("bridge").status(of: plane).health
    return try await planes.reload(plane) { $0.health != before }.health
  }

  private func expectServed() async throws {
    let job = try planes.job("served-\(UInt32.random(in: 0...UInt32.max))")
    _ = try await home.caller("trainer").submit(job.result)
    _ = try await home.caller("bridge").approvals()
    _ = try await home.caller("ci").authorize(job.result.modelID)
  }
}
