import Attestations
import Foundation
import PlaneContract
import TestSupport
import Testing
import Wire

/// Somebody goes round the planes: with the `sqlite3` program, with a second daemon, with other files where sockets belong.
@Suite("A home that somebody else changes", .serialized, .runningPlanes)
struct TamperedHomeTests {
  let stage: Stage
  var planes: DaemonFixture { stage.planes }

  init() throws { stage = try Stage() }

  @Test("A second daemon on one home is refused, and the first goes on serving", arguments: PlanesHome.planes)
  func secondDaemon(_ plane: Role) async throws {
    let (code, log) = try await DaemonFixture.refusedStart(of: plane, on: planes.home)
    #expect(code == 1 && log.contains("another process is using this home"), "\(log.suffix(500))")
    try await stage.expectSteadyStillRuns()
    #expect(try await stage.caller("bridge").status(of: plane).health == "ok")
  }

  @Test("A socket file that SIGKILL left is replaced", arguments: PlanesHome.planes)
  func staleSocket(_ plane: Role) async throws {
    try await planes.kill(plane)
    let sockets = "\(planes.home.path)/run/\(plane.planeName)"
    #expect(try FileManager.default.contentsOfDirectory(atPath: sockets).contains { $0.hasSuffix(".sock") })
    try await planes.start(plane)
    try await stage.expectSteadyStillRuns()
  }

  @Test("A regular file in a socket's place is named and left alone")
  func regularFileForASocket() async throws {
    #expect(try await planes.terminate(.governance) == 0)
    let path = planes.home.socket(.approve)
    try Data("mine".utf8).write(to: URL(fileURLWithPath: path))
    let (code, log) = try await DaemonFixture.refusedStart(of: .governance, on: planes.home)
    #expect(code == 1 && log.contains("approve.sock"), "\(log.suffix(500))")
    #expect(FileManager.default.contents(atPath: path) == Data("mine".utf8))
    try await stage.expectSteadyStillRuns()
    try FileManager.default.removeItem(atPath: path)
    try await planes.start(.governance)
  }

  @Test("A socket that somebody else serves is named and goes on being theirs")
  func socketOfSomebodyElse() async throws {
    #expect(try await planes.terminate(.serving) == 0)
    let path = planes.home.socket(.deploy)
    let program = "import signal,socket; s=socket.socket(socket.AF_UNIX); s.bind('\(path)'); s.listen(); signal.pause()"
    let other = try ChildProcess("/usr/bin/env", ["python3", "-c", program], log: "\(planes.home.folder)/other.log")
    try await pollUntil("somebody else serves") { (try? RawSocket(path)) != nil }
    let (code, log) = try await DaemonFixture.refusedStart(of: .serving, on: planes.home)
    #expect(code == 1 && log.contains("deploy.sock"), "\(log.suffix(500))")
    #expect(other.exitCode == nil && (try? RawSocket(path)) != nil)
    other.send(SIGKILL)
    _ = try await other.end()
    // Dead now, its file is a stale socket like any other.
    try await planes.start(.serving)
    try await stage.expectSteadyStillRuns()
  }

  @Test(
    "A tombstone deleted under a running plane revives nothing, and without it the plane does not start",
    arguments: [Role.governance, .serving])
  func deletedTombstone(_ plane: Role) async throws {
    let model = try await planes.trained("buried/\(plane.rawValue)")
    let approval = planes.approval(of: model)
    try await planes.approved(approval)
    try await stage.caller("ci").deploy(model.id, weights: model.path)
    _ = try await stage.caller("alice").revoke(planes.revocation(of: approval))
    try await pollUntil("serving knows") { try await planes.verdict(on: approval).failures["revocation"] != nil }
    try await pollUntil("it is undeployed") { try planes.home.served(model.id.text) == nil }

    let database = "\(planes.home.folder(of: plane))/state.sqlite"
    try SQLiteProgram.run("VACUUM INTO '\(database).backup'", on: database)
    try SQLiteProgram.run("DELETE FROM tombstone", on: database)
    #expect(try await planes.verdict(on: approval).failures["revocation"] != nil)
    if plane == .governance {
      try await expectRefused(.internal, saying: "tombstone") {
        _ = try await stage.caller("alice").approval(approval.approvalID)
      }
    }
    try await stage.expectSteadyStillRuns()

    try await planes.kill(plane)
    let (code, log) = try await DaemonFixture.refusedStart(of: plane, on: planes.home)
    #expect(code == 1 && log.contains("\(database): table tombstone: sha256:"), "\(log.suffix(500))")
    for suffix in ["-wal", "-shm", ""] { unlink(database + suffix) }
    try FileManager.default.moveItem(atPath: "\(database).backup", toPath: database)
    chmod(database, 0o600)
    try await planes.start(plane)
    #expect(try await planes.verdict(on: approval).failures["revocation"] != nil)
    try await stage.expectSteadyStillRuns()
  }

  @Test("A deployment that cannot be read is denied and reported until it is deployed again, and others are served")
  func unreadableDeployment() async throws {
    let ci = try stage.caller("ci")
    let model = try await planes.deployed("unreadable")
    #expect(try await planes.terminate(.serving) == 0)
    let database = "\(planes.home.folder(of: .serving))/state.sqlite"
    try SQLiteProgram.run("UPDATE deployment SET weights_kind = 'blob' WHERE model_id = 'unreadable'", on: database)
    try await planes.start(.serving)
    let health = try await ci.status(of: .serving).health
    #expect(health.contains("deployments that cannot be read: 1; table deployment, row"), "\(health)")
    #expect(try await ci.authorize(model.id).failures["weights"] != nil)
    try await pollUntil("it is served no longer") { try planes.home.served("unreadable") == nil }
    try await stage.expectSteadyStillRuns()

    try await ci.deploy(model.id, weights: model.path)
    #expect(try await ci.authorize(model.id).passed)
    try await planes.kill(.serving)
    try await planes.start(.serving)
    #expect(try await ci.status(of: .serving).health == "ok")
    #expect(try await ci.authorize(model.id).passed)
  }

  /// What a change keeps from being delivered governance notices by the next answer to a lease, and tells again from its own rows.
  @Test(
    "A delivery that somebody changed while it waited is delivered as it was signed, and what cannot be read is reported"
  )
  func changedDeliveries() async throws {
    let (alice, bob) = (try stage.caller("alice"), try stage.caller("bob"))
    let database = "\(planes.home.folder(of: .governance))/state.sqlite"
    let columns = try TableColumn.all(of: ["outbox"], at: database)
    var approvals: [String: ModelApproval] = [:]
    for column in columns {
      approvals[column.name] = planes.approval(of: try await planes.trained("waiting/\(column.name)"))
    }
    try await planes.kill(.serving)
    for column in columns {
      let approval = try #require(approvals[column.name])
      let envelope = try UnverifiedEnvelope(attesting: approval, by: [alice.key])
      _ = try await alice.propose(envelope, as: approval)
      _ = try await bob.sign(approval.approvalID)
      try column.change(in: database, where: "digest = '\(envelope.payloadDigest)'")
    }
    try await planes.start(.serving)
    for column in columns { try await planes.servingAllows(try #require(approvals[column.name])) }
    try await pollUntil("the row of a kind that nobody knows is reported") {
      try await alice.status(of: .governance).health.contains("1 deliveries were refused")
    }
    try await stage.expectSteadyStillRuns()
  }
}
