import Attestations
import Foundation
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// A change of the path, and the plane that has to write it.
enum WrittenStep: String, CaseIterable, CustomTestStringConvertible {
  case submit, publishOutput, propose, sign, publishApproval, deploy, revokeAtGovernance, revokeAtServing

  var testDescription: String { rawValue }

  var plane: Role {
    switch self {
    case .submit: .training
    case .publishOutput, .propose, .sign, .revokeAtGovernance: .governance
    case .publishApproval, .deploy, .revokeAtServing: .serving
    }
  }
}

/// Every write of the path fails once, the earlier before the later: no file of the plane may be written beyond a limit that moves on
/// by half a page of the write-ahead log until the request succeeds. Works as any user; a really full disk is another suite's.
@Suite("Each write of the path fails", .serialized, .runningPlanes)
struct LimitedWriteTests {
  private static let halfPage = 2060

  let stage: Stage
  var planes: DaemonFixture { stage.planes }

  init() throws { stage = try Stage() }

  @Test(
    "The request is refused until it can be written, and then it is done once, with nothing left over",
    arguments: WrittenStep.allCases)
  func eachWrite(_ step: WrittenStep) async throws {
    let attempt = try await prepare(step)
    defer { try? planes.limitFiles(of: step.plane, to: nil) }
    // First nothing can be written at all, no weights either.
    for limit in [0, Self.halfPage] { #expect(try await fails(attempt, step.plane, beyond: limit)) }
    var failures = 0
    while try await fails(attempt, step.plane, beyond: logEnd(step.plane) + failures * Self.halfPage) {
      failures += 1
      try #require(failures < 200, "it never succeeds")
      try await stage.expectSteadyStillRuns()
    }
    #expect(failures > 5, "few writes failed: was the limit in force?")
    try planes.limitFiles(of: step.plane, to: nil)

    try await attempt()
    for restart in [false, true] {
      if restart {
        try await planes.killAll()
        try await planes.startAll()
      }
      try await expectDoneOnce(step)
      try await stage.expectSteadyStillRuns()
    }
  }

  /// Where the next write to the plane's write-ahead log goes: behind the frames that its index counts.
  private func logEnd(_ plane: Role) throws -> Int {
    let index = try Data(contentsOf: URL(fileURLWithPath: "\(planes.home.folder(of: plane))/state.sqlite-shm"))
    let frames = index.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 16, as: UInt32.self) }
    return 32 + Int(frames) * 2 * Self.halfPage
  }

  private func fails(_ attempt: () async throws -> Void, _ plane: Role, beyond limit: Int) async throws -> Bool {
    try planes.limitFiles(of: plane, to: limit)
    do {
      try await attempt()
      return false
    } catch let refusal as Refusal {
      #expect(refusal.code == .unavailable, "\(refusal)")
      return true
    }
  }

  private func model(_ step: WrittenStep) -> String { "limited/\(step.rawValue)" }

  /// Everything that comes before the step; returns the step, which may be taken any number of times.
  private func prepare(_ step: WrittenStep) async throws -> @Sendable () async throws -> Void {
    let (alice, bob, ci) = (try stage.caller("alice"), try stage.caller("bob"), try stage.caller("ci"))
    if step == .submit { return try await submission() }
    if step == .publishOutput { return try await publication() }
    let model = try await planes.trained(model(step))
    let approval = planes.approval(of: model)
    let proposal = try UnverifiedEnvelope(attesting: approval, by: [alice.key])
    if step == .propose { return { _ = try await alice.propose(proposal, as: approval) } }
    _ = try await alice.propose(proposal, as: approval)
    if step == .sign { return { _ = try await bob.sign(approval.approvalID) } }
    if step == .publishApproval { return try await publication(of: approval) }
    _ = try await bob.sign(approval.approvalID)
    try await planes.servingAllows(approval)
    if step == .deploy { return { try await ci.deploy(model.id, weights: model.path) } }
    try await ci.deploy(model.id, weights: model.path)
    let revocation = planes.revocation(of: approval)
    return { _ = try await alice.revoke(revocation, on: step == .revokeAtServing ? .revoke : .approve) }
  }

  private func submission() async throws -> @Sendable () async throws -> Void {
    let trainer = try stage.caller("trainer")
    let job = try planes.job(model(.submit))
    return { _ = try await trainer.submit(job.result) }
  }

  /// As the training plane would, whose own deliveries wait longer after each failure.
  private func publication() async throws -> @Sendable () async throws -> Void {
    try await planes.kill(.governance)
    let receipt = try await stage.caller("trainer").submit(planes.job(model(.publishOutput)).result)
    try await planes.kill(.training)
    let training = try stage.caller("training-plane")
    try await planes.start(.governance)
    return {
      try await training.ask(.trainingPublish, TrainingPublication(attestation: receipt.attestation), on: .ingest)
    }
  }

  private func publication(of approval: ModelApproval) async throws -> @Sendable () async throws -> Void {
    try await planes.servingSays("1 of 2", about: approval)
    try await planes.kill(.serving)
    let state = try await stage.caller("bob").sign(approval.approvalID)
    #expect(state.status == .active)
    let detail = try await stage.caller("bob").approval(approval.approvalID)
    let envelope = try #require(detail.approval)
    try await planes.kill(.governance)
    let governance = try stage.caller("governance-plane")
    try await planes.start(.serving)
    return {
      let body = ApprovalPublication(approval: envelope, trainingOutput: detail.trainingOutput)
      try await governance.ask(.approvalPublish, body, on: .control)
    }
  }

  private func expectDoneOnce(_ step: WrittenStep) async throws {
    try await planes.startAll()
    let id = ModelID(checked: model(step))
    let (alice, ci) = (try stage.caller("alice"), try stage.caller("ci"))
    let items = try await pollUntil("governance lists \(id) once") {
      let items = try await alice.approvals(ApprovalList(modelID: id))
      return items.count == 1 ? items : nil
    }
    let expected: [WrittenStep: ApprovalStatus] = [
      .submit: .submitted, .publishOutput: .submitted, .propose: .pending, .revokeAtGovernance: .revoked,
    ]
    if step == .revokeAtServing {
      try await pollUntil("governance knows") {
        try await alice.approvals(ApprovalList(modelID: id)).map(\.status) == [.revoked]
      }
    } else {
      #expect(items.map(\.status) == [expected[step] ?? .active])
    }
    let history = try await ci.deployments(DeploymentList(modelID: id, history: true))
    switch step {
    case .deploy:
      #expect(history.map(\.state) == [.deployed])
      #expect(try await ci.authorize(id).passed && planes.home.served(id.text) != nil)
    case .revokeAtGovernance, .revokeAtServing:
      try await pollUntil("\(id) is undeployed") { try planes.home.served(id.text) == nil }
      #expect(try await ci.authorize(id).failures["revocation"] != nil)
    default: #expect(history.isEmpty)
    }
  }
}
