import Attestations
import Foundation
import Glibc
import PlaneContract
import TestSupport
import Testing
import Wire

/// Real planes that watch each other's logs: an older database and a second copy are noticed, nothing new is approved until the root
/// keys say from where the log is believed, and revoking never waits.
@Suite("Planes witness each other", .serialized, .runningPlanes)
struct WitnessTests {
  let stage: Stage
  var planes: DaemonFixture { stage.planes }

  init() throws { stage = try Stage() }

  private func submit(_ model: String) async throws {
    let result = TestHouse.result(model: model, weights: model, run: model)
    _ = try await stage.caller("trainer").submit(result)
  }

  /// A revocation of weights that nobody approved: taken all the same.
  private func revoke(_ weights: String, on socket: SocketName) async throws {
    let result = TestHouse.result(model: "gone", weights: weights)
    let revocation = ModelRevocation(
      approvalID: nil, modelID: result.modelID, weightsHash: result.weightsHash,
      revokedBy: PrincipalID(checked: "alice"), reason: "a test", revokedAt: .now())
    _ = try await stage.caller("alice").revoke(revocation, on: socket)
  }

  @Test("Every log is witnessed by its neighbours, and serving holds training's head through the lease")
  func witnessed() async throws {
    try await planes.witnessed(.training, by: .governance)
    try await planes.witnessed(.serving, by: .governance)
    try await planes.witnessed(.governance, by: .training)
    try await planes.witnessed(.governance, by: .serving)
    let anyone = try stage.caller("bridge")
    let cosigned = try #require(try await anyone.head(of: .training).cosigned)
    #expect(cosigned.lines.count >= 2, "the head that training keeps bears governance's cosignature")
  }

  @Test("Training on an older database: both say how much is missing, new outputs wait, and the root keys end it")
  func olderTraining() async throws {
    try await planes.witnessed(.training, by: .governance)
    let backup = try await DatabaseBackup(of: .training, on: planes)
    let kept = try await stage.caller("bridge").evidence(of: .training).count
    for number in 1...7 { try await submit("lost-\(number)") }
    let seen = try await planes.witnessed(.training, by: .governance)
    try await backup.restore()

    // What the copy lacks is what came after it was made: its own start is on top of that.
    let missing = seen - (kept - 1)
    try await planes.health(of: .training, says: "lacks \(missing) entries")
    try await planes.health(of: .governance, says: "the log of training-plane is in dispute")
    try await expectRefused(.unavailable, saying: "reset-log training-plane") { try await submit("new") }
    try await revoke("revoked in a dispute", on: .approve)
    try await stage.expectSteadyStillRuns()
    // The dispute is on record at both.
    for plane in [Role.training, .governance] {
      try await planes.kill(plane)
      try await planes.start(plane)
      #expect(try await stage.caller("bridge").status(of: plane).health.contains("reset-log training-plane"))
    }
    try await expectADeletedDisputeIsMissed()

    try await planes.resetLog(of: .training)
    try await planes.health(of: .training, says: "ok")
    try await planes.health(of: .governance, says: "ok")
    let receipt = try await stage.caller("trainer").submit(
      TestHouse.result(model: "after", weights: "after", run: "after"))
    try await planes.governanceHolds(receipt.digest)
    try await planes.witnessed(.training, by: .governance)
  }

  /// Who deletes the row of a dispute ends nothing: the evidence names it.
  private func expectADeletedDisputeIsMissed() async throws {
    try await planes.kill(.governance)
    let kept = try TemporaryTree()
    let path = planes.home.database(of: .governance)
    try DatabaseCopy.copy(path, to: kept / "state.sqlite")
    try SQLiteProgram.run("DELETE FROM log_dispute", on: path)
    try await planes.start(.governance)
    try await planes.health(of: .governance, says: "table log_dispute")
    try await planes.kill(.governance)
    for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    try DatabaseCopy.copy(kept / "state.sqlite", to: path)
    try await planes.start(.governance)
  }

  @Test("Governance on an older database: its peers tell it what is missing, and approvals wait on both sides")
  func olderGovernance() async throws {
    try await planes.witnessed(.governance, by: .serving)
    let backup = try await DatabaseBackup(of: .governance, on: planes)
    for number in 1...5 { try await submit("late-\(number)") }
    try await pollUntil("governance has received them") {
      try await stage.caller("bridge").evidence(of: .governance).contains {
        $0["data"]?.object?["model_id"] == "late-5"
      }
    }
    try await planes.witnessed(.governance, by: .serving)
    try await planes.witnessed(.governance, by: .training)
    try await backup.restore()

    try await planes.health(of: .governance, says: "this plane's log lacks")
    try await planes.health(of: .serving, says: "the log of governance-plane is in dispute")
    try await planes.health(of: .training, says: "the log of governance-plane is in dispute")
    try await expectItIsSaidThatGovernanceWasRestored()
    try await revoke("revoked at governance", on: .approve)
    try await revoke("revoked at serving", on: .revoke)
    try await stage.expectSteadyStillRuns()
    try await planes.resetLog(of: .governance)
    for plane in PlanesHome.planes { try await planes.health(of: plane, says: "ok") }
    let report = try await Planectl(planes.home).run("report", "steady", "--as", "bridge")
    #expect(
      report.code == 0 && report.output.contains("warning: governance-plane's log was in dispute"), "\(report.output)")
    #expect(report.output.contains("entries that other planes had seen are gone"), "\(report.output)")
    #expect(report.output.contains(": restored from a backup"), "\(report.output)")
  }

  /// To whoever reads the log, too, and by the count that its own plane knows best.
  private func expectItIsSaidThatGovernanceWasRestored() async throws {
    let planectl = Planectl(planes.home)
    let missing = try await stage.caller("bridge").status(of: .governance).missingEntries(of: .governance)
    let lost = try #require(missing)
    for plane in [Role.training, .serving] {
      let status = try await stage.caller("bridge").status(of: plane)
      #expect(status.health.contains("restored or rewritten"), "\(status.health)")
      #expect(status.missingEntries(of: .governance) ?? .max <= lost)
    }
    let verified = try await planectl.run("log", "governance", "--verify", "--as", "bridge")
    #expect(verified.code == 5 && verified.output.contains("restored or rewritten"), "\(verified.output)")
    #expect(verified.output.contains("at least \(lost) entr"), "\(verified.output)")
    let shown = try await planectl.run("log", "governance", "-n", "2", "--as", "bridge")
    #expect(shown.code == 5 && shown.output.contains("plane_started"), "the entries are shown all the same")
    #expect(shown.output.contains("the log of governance-plane is in dispute at"), "\(shown.output)")
    let proven = try await planectl.run("log", "governance", "--prove", "1", "--as", "bridge")
    #expect(proven.code == 5 && proven.output.contains("in dispute at"), "\(proven.output)")
  }

  @Test("Two copies of a plane run from one backup: the second is found out, and so is the log")
  func twoCopies() async throws {
    try await planes.witnessed(.training, by: .governance)
    try await planes.kill(.training)
    let copy = try SecondCopy(of: .training, in: planes.home)
    try await planes.start(.training)
    for number in 1...3 { try await submit("twin-\(number)") }
    try await planes.witnessed(.training, by: .governance)

    let second = try copy.start()
    try await pollUntil("the second copy is found out\n\(planes.logs)") {
      try copy.log.contains("reset-log training-plane")
    }
    try await planes.health(of: .governance, says: "the log of training-plane is in dispute")
    try await revoke("revoked beside a twin", on: .approve)
    second.send(SIGKILL)
    _ = try await second.end()
    // The first goes on where it was, once the root keys have said which of the two is the log.
    try await planes.resetLog(of: .training)
    try await planes.health(of: .governance, says: "ok")
    try await submit("twin-after")
  }
}

/// A plane's folder once more, with sockets of its own and the same key and peers.
private struct SecondCopy {
  private let plane: Role
  private let folder: String
  private let logFile: String

  init(of plane: Role, in home: PlanesHome) throws {
    self.plane = plane
    folder = "\(home.path)/\(plane.planeName)-copy"
    logFile = "\(home.folder)/\(plane.planeName)-copy.log"
    try FileManager.default.copyItem(atPath: home.folder(of: plane), toPath: folder)
    let config = "\(folder)/config.yaml"
    let text = try String(contentsOfFile: config, encoding: .utf8)
      .replacing("sockets: ../run/\(plane.planeName)\n", with: "sockets: ../run/\(plane.planeName)-copy\n")
    try text.write(toFile: config, atomically: true, encoding: .utf8)
  }

  func start() throws -> ChildProcess {
    try ChildProcess(
      BuiltPrograms.path(plane.planeName), ["run", "--config", "\(folder)/config.yaml"], log: logFile)
  }

  var log: String { get throws { try String(contentsOfFile: logFile, encoding: .utf8) } }
}
