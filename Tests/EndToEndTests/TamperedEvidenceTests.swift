import Attestations
import Foundation
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// Somebody goes round a stopped plane and changes its log, or its state behind the log's back.
@Suite("Evidence that somebody else changes", .serialized, .runningPlanes)
struct TamperedEvidenceTests {
  let stage: Stage
  var planes: DaemonFixture { stage.planes }

  init() throws { stage = try Stage() }

  private func change(_ plane: Role, _ sql: String) async throws {
    try await planes.kill(plane)
    let triggers = ["updated", "deleted"].map { "DROP TRIGGER evidence_never_\($0);" }.joined()
    try SQLiteProgram.run(triggers + sql, on: planes.home.database(of: plane))
  }

  @Test("A plane whose log was rewritten names the entry and does not start", arguments: PlanesHome.planes)
  func rewrittenLog(_ plane: Role) async throws {
    let backup = try await DatabaseBackup(of: plane, on: planes)
    try await change(
      plane,
      "UPDATE evidence SET entry = CAST(replace(CAST(entry AS TEXT), '\"v\":1', '\"v\":2') AS BLOB) WHERE entry_index = 1"
    )
    let (code, log) = try await DaemonFixture.refusedStart(of: plane, on: planes.home)
    #expect(code == 1, "\(log.suffix(500))")
    #expect(log.contains("\(planes.home.database(of: plane)): table evidence: entry 1: "), "\(log.suffix(500))")
    try await backup.restore()
    try await stage.expectSteadyStillRuns()
  }

  @Test("A plane whose log lost its end says how many entries it signed for", arguments: PlanesHome.planes)
  func shortenedLog(_ plane: Role) async throws {
    let backup = try await DatabaseBackup(of: plane, on: planes)
    try await change(
      plane, "DELETE FROM evidence WHERE entry_index = (SELECT max(entry_index) FROM evidence)")
    let (code, log) = try await DaemonFixture.refusedStart(of: plane, on: planes.home)
    #expect(code == 1 && log.contains("this plane signed for"), "\(log.suffix(500))")
    try await backup.restore()
    try await stage.expectSteadyStillRuns()
  }

  @Test("A log that was emptied is not begun anew", arguments: PlanesHome.planes)
  func emptiedLog(_ plane: Role) async throws {
    let backup = try await DatabaseBackup(of: plane, on: planes)
    try await change(
      plane,
      """
      DROP TRIGGER evidence_node_never_deleted;
      DELETE FROM evidence; DELETE FROM evidence_node; DELETE FROM evidence_checkpoint; DELETE FROM evidence_audit
      """)
    let (code, log) = try await DaemonFixture.refusedStart(of: plane, on: planes.home)
    #expect(code == 1 && log.contains("table evidence: it is empty"), "\(log.suffix(500))")
    try await backup.restore()
    try await stage.expectSteadyStillRuns()
  }

  @Test("An approval that the log does not know stops deploys, and revocations are taken")
  func insertedApproval() async throws {
    // Witnesses may have seen what other tests of these planes took back.
    for plane in PlanesHome.planes { try await planes.resetLog(of: plane) }
    let model = try await planes.trained("unlogged")
    let approval = planes.approval(of: model)
    let backup = try await DatabaseBackup(of: .serving, on: planes)
    try await planes.approved(approval)
    try await planes.kill(.serving)
    // The row alone, as somebody would put it there who holds the signed approval.
    let database = planes.home.database(of: .serving)
    let other = "\(database).other"
    try DatabaseCopy.copy(database, to: other)
    try await backup.restore()
    try await planes.kill(.serving)
    let columns = "SELECT * FROM other"
    try SQLiteProgram.run(
      """
      ATTACH '\(other)' AS other;
      INSERT OR IGNORE INTO main.training_output \(columns).training_output;
      INSERT OR IGNORE INTO main.approval \(columns).approval;
      INSERT OR IGNORE INTO main.accepted_signature \(columns).accepted_signature;
      """, on: database)
    try await planes.start(.serving)
    let health = try await stage.caller("ci").status(of: .serving).health
    #expect(health.contains("table approval: sha256:") && health.contains("is in no evidence"), "\(health)")
    try await expectRefused(.unavailable, saying: "is in no evidence") {
      try await stage.caller("ci").deploy(model.id, weights: model.path)
    }
    try await stage.expectSteadyStillRuns()
    _ = try await stage.caller("alice").revoke(planes.revocation(of: approval))
    try await pollUntil("serving knows") { try await planes.verdict(on: approval).failures["revocation"] != nil }
  }

  @Test("An attestation that was altered is found in the background, and nothing more is taken")
  func alteredAttestation() async throws {
    let backup = try await DatabaseBackup(of: .training, on: planes)
    try await change(.training, "UPDATE training_output SET envelope = CAST('{}' AS BLOB)")
    try await planes.start(.training)
    let trainer = try stage.caller("trainer")
    try await pollUntil("the altered row is reported") {
      try await trainer.status(of: .training).health.contains("holds other bytes than were accepted")
    }
    try await expectRefused(.unavailable, saying: "table training_output: sha256:") {
      _ = try await trainer.submit(planes.job("waits").result)
    }
    try await backup.restore()
    try await planes.resetLog(of: .training)
    _ = try await planes.trained("waits")
    #expect(try await trainer.status(of: .training).health == "ok")
  }
}
