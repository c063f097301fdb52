import Attestations
import Drift
import Foundation
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// What monitors report, between real daemons, from the submitted baseline to the model that is taken down.
@Suite("Drift", .serialized)
struct DriftTests {
  /// A home whose policy lets drift revoke after two windows.
  private func planes() async throws -> DaemonFixture {
    let home = try await PlanesHome()
    let rule = #""auto_revoke":{"severity":0.5,"monitors":1,"windows":2}"#
    try home.replaceRoot { $0.replacing(#""auto_revoke":null"#, with: rule) }
    return try await DaemonFixture(on: home)
  }

  /// Reports a sound window and two that are shifted; returns when the model is gone.
  private func drift(_ watched: WatchedModel, on planes: DaemonFixture) async throws {
    let start = try await planes.deploy(watched)
    let monitor = try planes.home.caller("metrics")
    for (number, shift) in [0, 0.5, 0.5].enumerated() {
      try await monitor.observe(watched.window(number, from: start, shift: shift))
    }
    try await planes.servesNoMore(watched.id)
  }

  @Test("A shift in what a model sees revokes it and takes it down, and anybody computes that again")
  func driftEndsAModel() async throws {
    let planes = try await planes()
    let watched = try await planes.watched("iris")
    try await drift(watched, on: planes)
    let checks = try await planes.checks(3, of: watched.id)
    #expect(checks.map(\.result.outcome) == [.drifted, .drifted, .healthy])
    #expect(checks.map(\.alarm.isRaised) == [true, false, false])
    try await planes.governanceRevokes(watched.approval)
    let verdict = try await planes.verdict(on: watched.approval)
    #expect(verdict.failures["revocation"]?.contains("system:drift-detector") == true)
    try await expectTheRevocationNamesItsCheck(checks[0], on: planes)
    try await expectEverybodySeesIt(watched.id, on: planes)
  }

  /// What governance and serving keep: who revoked, and by which check.
  private func expectTheRevocationNamesItsCheck(_ check: DriftCheck, on planes: DaemonFixture) async throws {
    for plane in [Role.governance, .serving] {
      let rows = try SQLiteProgram.run(
        "SELECT CAST(envelope AS TEXT) FROM tombstone", on: planes.home.database(of: plane))
      let kept = try UnverifiedEnvelope(
        parsing: Array(try #require(rows.first).utf8), maximumPayload: AttestationFormat.maximumPayload)
      let revocation = try kept.attested(ModelRevocation.self, by: planes.home.root.keys(of: .governance)).predicate
      #expect(rows.count == 1 && revocation.revokedBy == .driftDetector)
      #expect(revocation.driftCheckDigest == Digest(hashing: Statement.payload(of: check)))
    }
  }

  private func expectEverybodySeesIt(_ model: ModelID, on planes: DaemonFixture) async throws {
    let planectl = Planectl(planes.home)
    let saved = "\(planes.home.folder)/check.json"
    let shown = try await planectl.run("drift", "show", model.text, "--as", "metrics", "--save", saved)
    #expect(shown.code == 0 && shown.output.contains("drifted") && shown.output.contains("healthy"), "\(shown)")
    let verified = try await planectl.run("drift", "verify", saved)
    #expect(verified.code == 0 && verified.output.contains("computed again here"), "\(verified)")

    let item = try DriftCheckItem(
      #require(try StrictJSON.parse(Array(Data(contentsOf: URL(fileURLWithPath: saved)).dropLast())).object))
    let swapped = DriftCheckItem(
      driftCheck: item.driftCheck, observation: item.observation, trainingOutput: item.observation)
    try Data(swapped.fields.serialized()).write(to: URL(fileURLWithPath: saved))
    #expect(try await planectl.run("drift", "verify", saved).code == 5, "the baseline is another document")
  }

  @Test(
    "Leases agree again though the policy has stopped letting drift revoke and serving has forgotten the deployment")
  func whatDriftRevokedStaysRevoked() async throws {
    let planes = try await planes()
    let watched = try await planes.watched("forgotten")
    let backup = try await DatabaseBackup(of: .serving, on: planes)
    try await drift(watched, on: planes)
    let stricter = try planes.home.next(after: planes.home.currentRoot()) { draft in
      for name in draft.policy.environments.keys {
        draft.policy = try draft.policy.setting(["auto_revoke": .null], of: name)
      }
    }
    try planes.home.install(stricter)
    for plane in [Role.governance, .serving] { _ = try await planes.reload(plane) { $0.trustRootVersion == 2 } }
    try await backup.restore()

    let anyone = try planes.home.caller("bridge")
    try await pollUntil("serving is told of what drift revoked\n\(planes.logs)") {
      try await anyone.status(of: .serving).counters["tombstones"] == 1
    }
    let verdict = try await planes.verdict(on: watched.approval)
    #expect(verdict.failures["revocation"]?.contains("system:drift-detector") == true)
    #expect(try await anyone.status(of: .governance).counters["outbox_parked"] == 0)
    try await planes.resetLog(of: .serving)
    try await pollUntil("a lease has come") { try await anyone.status(of: .serving).health == "ok" }
  }
}
