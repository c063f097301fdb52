import Attestations
import Foundation
import Glibc
import PlaneContract
import Signing
import TestSupport
import Testing
import Transport
import Wire

/// What happens while weights are copied into the store of a running serving plane. The copy is held at a write of its own, so each of
/// these happens in the middle of it and not by chance.
@Suite("While weights are copied", .serialized, .runningPlanes)
struct InterruptedCopyTests {
  private static let byteCount = 3 << 20

  let stage: Stage
  let ci: PlaneCaller
  var planes: DaemonFixture { stage.planes }

  init() throws {
    stage = try Stage()
    ci = try stage.caller("ci")
  }

  @Test("Weights that become a symbolic link between the look at them and the opening are refused, and nothing runs")
  func swappedForALink() async throws {
    let model = try await approved("swapped")
    try await struck(.hold, at: 1, from: "open /weights/swapped/v1.bin", of: "open") { sabotage in
      async let refused = denial { try await ci.deploy(model.id, weights: model.path) }
      try await pollUntil("the plane is about to open it") { !sabotage.calls.isEmpty }
      try #require(rename(model.path, "\(model.path).real") == 0)
      try #require(symlink("\(model.path).real", model.path) == 0)
      try sabotage.release()
      let reason = try await refused["weights"] ?? "not refused"
      #expect(reason.contains("symbolic link"), "\(reason)")
    }
    try await expectNothingRuns(model)
  }

  @Test("Weights that are cut short, or replaced by a link, in the middle of the copy are refused, and nothing runs")
  func changedInTheMiddle() async throws {
    for change in ["cut", "link"] {
      let model = try await approved("changed-\(change)")
      try await struck(.hold) { sabotage in
        async let refused = denial { try await ci.deploy(model.id, weights: model.path) }
        try await isCopying(model)
        if change == "cut" {
          try #require(truncate(model.path, off_t(Self.byteCount / 2)) == 0)
        } else {
          try #require(unlink(model.path) == 0 && symlink("/etc/passwd", model.path) == 0)
        }
        try sabotage.release()
        #expect(try await refused["weights"]?.contains("changed while it was read") == true)
      }
      try await expectNothingRuns(model)
    }
  }

  @Test(
    "A disk that is full in the middle of the copy is said to be, leaves nothing, and the same deploy succeeds later")
  func fullDisk() async throws {
    let model = try await approved("squeezed")
    try await struck(.fail(ENOSPC)) { _ in
      try await expectRefused(.unavailable, saying: "free space there and try again") {
        try await ci.deploy(model.id, weights: model.path)
      }
      #expect(try planes.home.unfinishedCopies() == [])
      #expect(try planes.home.served(model.id.text) == nil)
      try await ci.deploy(model.id, weights: model.path)
      #expect(try planes.home.served(model.id.text) == model.served)
    }
  }

  @Test("A disk that fails when the copy is made durable is a failed deploy, and nothing runs", arguments: ["fsync"])
  func failedSync(_ call: String) async throws {
    let model = try await approved("unsynced")
    try await struck(.fail(EIO), at: 1, of: call) { _ in
      await #expect(throws: Refusal.self) { try await ci.deploy(model.id, weights: model.path) }
      try await expectNothingRuns(model)
    }
  }

  @Test("A revocation is answered though the copy goes on; the deploy ends denied, and nothing runs")
  func revokedInTheMiddle() async throws {
    let (model, approval) = try await approvedWithApproval("recalled")
    try await struck(.hold) { sabotage in
      async let refused = denial { try await ci.deploy(model.id, weights: model.path) }
      try await isCopying(model)
      let dead = try await stage.caller("alice").revoke(planes.revocation(of: approval), on: .revoke)
      #expect(dead == [approval.approvalID])
      try sabotage.release()
      #expect(try await refused["revocation"]?.contains("labels leaked") == true)
    }
    try await expectNothingRuns(model)
    let intents = "SELECT count(*) FROM evidence WHERE event = 'deployment_intended' AND model_id = '\(model.id)'"
    #expect(try SQLiteProgram.run(intents, on: planes.home.database(of: .serving)) == ["0"])
  }

  @Test("How far it is can be seen, who hangs up loses nothing, and who asks again has the outcome of the same deploy")
  func seenAndJoined() async throws {
    let model = try await approved("watched")
    try await struck(.hold) { sabotage in
      var impatient = ci
      impatient.timeout = .milliseconds(500)
      async let hungUp = #expect(throws: TransportError.self) {
        try await impatient.deploy(model.id, weights: model.path)
      }
      let item = try await isCopying(model)
      #expect(item.progress?.bytesTotal == model.weights.count && item.deployedAt == nil)
      #expect(try await ci.deployments(DeploymentList(modelID: model.id, history: true)).isEmpty)
      #expect(
        try await ci.deployments(DeploymentList(environment: item.environment, modelID: stage.steady.id)).count == 1)
      let listed = try await Planectl(planes.home).run("deployments", "--as", "ci").output
      #expect(listed.contains("deploying, ") && listed.contains("% of 3.1 MB"), "\(listed)")
      #expect(try await !ci.authorize(model.id).passed)
      try await stage.expectSteadyStillRuns()
      _ = await hungUp
      async let joined = ci.deploy(model.id, weights: model.path)
      try sabotage.release()
      _ = try await joined
      #expect(try planes.home.served(model.id.text) == model.served)
      #expect(try await ci.deployments(DeploymentList(modelID: model.id)).map(\.state) == [.deployed])
    }
    let intents = "SELECT count(*) FROM evidence WHERE event = 'deployment_intended' AND model_id = '\(model.id)'"
    #expect(try SQLiteProgram.run(intents, on: planes.home.database(of: .serving)) == ["1"])
  }

  @Test("planectl deploy shows a person how far it is, and a script nothing")
  func shownAtATerminal() async throws {
    let model = try await approved("shown")
    try await struck(.hold) { sabotage in
      let log = "\(planes.home.folder)/shown.log"
      let terminal = PseudoTerminal(home: planes.home)
      async let script = Planectl(planes.home).run(
        "deploy", model.id.text, "-e", "staging", "--weights", model.path, "--as", "ci", "--json")
      async let person = terminal.run(
        "deploy", model.id.text, "-e", "staging", "--weights", model.path, "--as", "ci", answering: "", log: log)
      try await pollUntil("the terminal shows it") {
        ((try? String(contentsOfFile: log, encoding: .utf8)) ?? "").contains("% of 3.1 MB")
      }
      try sabotage.release()
      let (code, shown) = try await person
      #expect(code == 0 && shown.contains("\(model.id) runs in staging"), "\(shown)")
      let (status, output) = try await script
      #expect(status == 0 && output.hasPrefix("{\"promotion\":") && output.count { $0 == "\n" } == 1, "\(output)")
    }
  }

  /// Runs `body` while the serving plane's calls are struck: by default at the second write of the next copy.
  private func struck(
    _ act: Sabotage.Act, at number: Int = 2, from: String = "mkdirat .ingest-", of call: String = "write",
    _ body: (Sabotage) async throws -> Void
  ) async throws {
    let sabotage = try await Sabotage(in: planes.home)
    try await planes.kill(.serving)
    try await planes.start(
      .serving, through: sabotage.striking(act, at: number, from: from, of: [call]))
    try await body(sabotage)
    try await planes.kill(.serving)
    try await planes.start(.serving)
    try await stage.expectSteadyStillRuns()
  }

  /// Returns when the list shows the deploy with a part of its bytes read.
  @discardableResult
  private func isCopying(_ model: TrainedModel) async throws -> DeploymentSummary {
    try await pollUntil("the copy is under way\n\(planes.logs)") {
      try await ci.deployments(DeploymentList(modelID: model.id)).first { item in
        guard item.state == .deploying, let progress = item.progress, let total = progress.bytesTotal else {
          return false
        }
        return progress.bytesDone > 0 && progress.bytesDone < total
      }
    }
  }

  /// The failed gates of a denied deploy; empty when it was not denied.
  private func denial(_ deploy: () async throws -> Void) async throws -> [String: String] {
    do {
      try await deploy()
      return [:]
    } catch let refusal as Refusal {
      return try Verdict(decision: #require(refusal.decision, "\(refusal)")).failures
    }
  }

  private func expectNothingRuns(_ model: TrainedModel) async throws {
    #expect(try planes.home.served(model.id.text) == nil)
    #expect(try planes.home.unfinishedCopies() == [])
    #expect(try await !ci.authorize(model.id).passed)
    #expect(try await ci.deployments(DeploymentList(modelID: model.id, history: true)).isEmpty)
  }

  private func approved(_ name: String) async throws -> TrainedModel { try await approvedWithApproval(name).0 }

  private func approvedWithApproval(_ name: String) async throws -> (TrainedModel, ModelApproval) {
    let (result, weights, path) = try planes.job(name, byteCount: Self.byteCount)
    let receipt = try await stage.caller("trainer").submit(result)
    try await planes.governanceHolds(receipt.digest)
    let model = TrainedModel(result: result, weights: weights, path: path, receipt: receipt)
    let approval = planes.approval(of: model)
    try await planes.approved(approval)
    return (model, approval)
  }
}
