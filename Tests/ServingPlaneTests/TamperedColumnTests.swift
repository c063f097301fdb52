import Attestations
import Foundation
import PlaneContract
import Storage
import TestSupport
import Testing

@testable import ServingPlane

/// Every column of serving's own tables, one by one, changed with the `sqlite3` program while the plane is stopped. A column is
/// expected to be noticed unless it stands here. What is another model's goes on being served.
@Suite struct TamperedColumnTests {
  static let tables = ["approval", "training_output", "tombstone", "tombstone_approval", "deployment"]

  /// They order lists and tell people when and why; no decision asks them. `denied_since` is asked only of what is denied.
  static let indifferent: Set<String> = [
    "approval.received_at", "tombstone.accepted_at", "deployment.number", "deployment.intended_at",
    "deployment.message", "deployment.undeployment", "deployment.warned_at", "deployment.denied_since",
    "deployment.verified_at",
  ]

  let serving: ServingHouse

  /// `iris` and `other` run in staging, `leaky` was revoked.
  init() async throws {
    serving = try await ServingHouse()
    for (number, model) in zip([4, 5, 6], ["iris", "other", "leaky"]) {
      let result = TestHouse.result(model: model, weights: "weights of \(model)", run: "run-\(number)")
      try await serving.publish(result, id: "approval:000000000000000\(number)")
      try await serving.deploy(weights: serving.weights("weights of \(model)", named: "\(model).bin"), model: model)
    }
    let leaky = TestHouse.result(model: "leaky", weights: "weights of leaky", run: "run-6")
    _ = try await serving.revoke(serving.house.revocation(of: leaky, approvalID: "approval:0000000000000006"))
  }

  @Test(arguments: try TableColumn.all(of: tables, in: ServingPlane.self))
  func aChangedColumnServesNothing(_ column: TableColumn) async throws {
    try await expect(noticed: !Self.indifferent.contains(column.testDescription), column.table) {
      try column.change(in: $0, where: Self.ofIris(column.table))
    }
  }

  @Test(arguments: tables)
  func aDeletedRowServesNothing(_ table: String) async throws {
    try await expect(noticed: true, table) {
      try SQLiteProgram.run("DELETE FROM \(table) WHERE \(Self.ofIris(table))", on: $0)
    }
  }

  @Test(arguments: tables)
  func whatIsChangedUnderARunningPlaneChangesNoAnswer(_ table: String) async throws {
    let path = serving.plane.context.database.path
    // The columns last that say which rows these are.
    let columns = try TableColumn.all(of: [table], in: ServingPlane.self).reversed()
    for column in columns where column.type != "INTEGER" && column.name != "model_id" {
      try column.change(in: path, where: Self.ofIris(table))
    }
    for model in ["iris", "other"] { #expect(try await serving.authorize(model: model).passed) }
    #expect(try await serving.authorize(model: "leaky").failed.contains("revocation"))
  }

  @Test func aClockMarkSetAheadFailsItsGateAndSaysSo() async throws {
    try serving.plane.context.database.close()
    try SQLiteProgram.run(
      "UPDATE clock_high_water SET time = time + 3600000000", on: serving.plane.context.database.path)
    let restarted = try await reopened()
    #expect(try await restarted.authorize().failed == ["clock"])
  }

  @Test func anUndeployedModelThatIsSetBackIsNotServed() async throws {
    let columns = "state, ended_at, message, intent_id"
    let path = serving.plane.context.database.path
    let before = try SQLiteProgram.run("SELECT message, intent_id FROM deployment WHERE model_id = 'iris'", on: path)
      .flatMap { $0.split(separator: "|") }.map { "'\($0)'" }
    try await serving.undeploy()
    try await expectEnded {
      try SQLiteProgram.run(
        "UPDATE deployment SET (\(columns)) = ('deployed', NULL, \(before[0]), \(before[1])) WHERE model_id = 'iris'",
        on: $0)
    }
  }

  @Test func aSupersededModelThatIsSetBackIsNotServed() async throws {
    let result = TestHouse.result(model: "iris", weights: "newer weights", run: "run-7")
    try await serving.publish(result, id: "approval:0000000000000007")
    try await serving.deploy(weights: serving.weights("newer weights"), approval: "approval:0000000000000007")
    try await expectEnded {
      try SQLiteProgram.run(
        """
        UPDATE deployment SET state = 'superseded', ended_at = 1 WHERE model_id = 'iris' AND state = 'deployed';
        UPDATE deployment SET state = 'deployed', ended_at = NULL WHERE model_id = 'iris' AND ended_at > 1;
        """, on: $0)
    }
  }

  private func expectEnded(_ tamper: (String) throws -> Void) async throws {
    try serving.plane.context.database.close()
    try tamper(serving.plane.context.database.path)
    let restarted = try await reopened()
    #expect(restarted.served() == nil)
    #expect(try await !restarted.authorize().passed)
    #expect(restarted.plane.log.lines.contains { $0.contains("the evidence says that it ended") })
    #expect(try await restarted.authorize(model: "other").passed && restarted.served(model: "other") != nil)
  }

  @Test func whatIsServedNoMoreIsNotPutBackWhileTheEvidenceIsInDoubt() async throws {
    let link = "\(serving.plane.directory.path)/deployments/staging/iris/current"
    try FileManager.default.removeItem(atPath: link)
    serving.plane.context.evidence.report("table approval: a row that nobody accepted", to: serving.plane.log.logger)
    await serving.serving.reinstate()
    #expect(serving.served() == nil)
    #expect(try await serving.authorize().passed, "it is on record, and ends by no fault of others")
  }

  /// Which rows a test changes: those of one model where the table says whose they are.
  private static func ofIris(_ table: String) -> String {
    switch table {
    case "approval", "deployment": "model_id = 'iris'"
    case "training_output": "digest = (SELECT training_output_digest FROM approval WHERE model_id = 'iris')"
    default: "TRUE"
    }
  }

  private func reopened() async throws -> ServingHouse {
    try await ServingHouse(
      house: serving.house, directory: serving.plane.directory, models: serving.models, at: serving.plane.clock.now())
  }

  private func expect(noticed: Bool, _ table: String, _ tamper: (String) throws -> Void) async throws {
    try serving.plane.context.database.close()
    try tamper(serving.plane.context.database.path)
    let restarted: ServingHouse
    do { restarted = try await reopened() } catch let error as StorageError {
      #expect(noticed && "\(error)".contains("table tombstone"), "\(error)")
      return
    }
    #expect(!noticed || !table.hasPrefix("tombstone"), "a plane without its tombstones must not start")
    let (passed, failed) = try await restarted.authorize()
    #expect(passed != noticed, "\(failed)")
    #expect((restarted.served() == nil) == noticed)
    let log = restarted.plane.log.lines
    #expect(log.contains { $0.hasPrefix("critical") } == noticed, "\(log)")
    #expect(try await restarted.authorize(model: "other").passed && restarted.served(model: "other") != nil)
    #expect(try await restarted.authorize(model: "leaky").failed.contains("revocation"))
    guard noticed, table == "deployment" else { return }
    // The approval is sound: a deployer may deploy again.
    try await restarted.deploy(weights: restarted.weights("weights of iris", named: "iris.bin"))
    #expect(try await restarted.authorize().passed)
  }
}
