import Attestations
import Glibc
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// A plane that is down delays and never loses; what was answered is on disk.
@Suite("Planes that are down, killed and back", .serialized, .runningPlanes)
struct StoreAndForwardTests {
  let stage: Stage
  var planes: DaemonFixture { stage.planes }

  init() throws { stage = try Stage() }

  @Test("Approvals made while serving is down reach it when it is back")
  func servingDown() async throws {
    let model = try await planes.trained("patient")
    try await planes.kill(.serving)
    let approval = planes.approval(of: model)
    _ = try await stage.caller("alice").propose(approval)
    let state = try await stage.caller("bob").sign(approval.approvalID)
    #expect(state.status == .active)

    try await planes.start(.serving)
    try await planes.servingAllows(approval)
    try await stage.caller("ci").deploy(model.id, weights: model.path)
    #expect(try planes.home.served("patient") == model.served)
    try await stage.expectSteadyStillRuns()
  }

  @Test("Jobs submit while governance is down, and a receipt outlives SIGKILL of the plane that gave it")
  func governanceDown() async throws {
    try await planes.kill(.governance)
    let job = try planes.job("receipted")
    let receipt = try await stage.caller("trainer").submit(job.result)
    try await planes.kill(.training)
    try await planes.start(.training)
    #expect(try await stage.caller("trainer").submit(job.result).digest == receipt.digest)

    try await planes.start(.governance)
    try await planes.governanceHolds(receipt.digest)
  }

  @Test("An approval that was answered as active is active after SIGKILL, and reaches serving")
  func approvalOutlivesGovernance() async throws {
    let model = try await planes.trained("durable")
    let approval = planes.approval(of: model)
    _ = try await stage.caller("alice").propose(approval)
    #expect(try await stage.caller("bob").sign(approval.approvalID).status == .active)
    try await planes.kill(.governance)
    try await planes.start(.governance)
    #expect(try await stage.caller("alice").approval(approval.approvalID).status == .active)
    try await planes.servingAllows(approval)
  }

  @Test("A deployment that was answered runs after SIGKILL, its promotion the same")
  func deploymentOutlivesServing() async throws {
    let ci = try stage.caller("ci")
    let model = try await planes.trained("surviving")
    try await planes.approved(planes.approval(of: model))
    let promotion = try await ci.deploy(model.id, weights: model.path)
    try await planes.kill(.serving)
    #expect(try planes.home.served("surviving") == model.served, "what is served does not need the plane")
    try await planes.start(.serving)
    #expect(try await ci.authorize(model.id).passed)
    #expect(try await ci.deploy(model.id).digest == promotion.digest)
  }

  @Test("A revocation at serving's own door undeploys while governance is down, and governance learns of it")
  func revokedWithoutGovernance() async throws {
    let ci = try stage.caller("ci")
    let model = try await planes.trained("urgent")
    let approval = planes.approval(of: model)
    try await planes.approved(approval)
    try await ci.deploy(model.id, weights: model.path)
    try await planes.kill(.governance)

    let dead = try await stage.caller("bob").revoke(planes.revocation(of: approval, by: "bob"), on: .revoke)
    #expect(dead == [approval.approvalID])
    #expect(try planes.home.served("urgent") == nil, "it is gone when the answer comes")
    try await expectDenied(by: "revocation") { try await ci.deploy(model.id, weights: model.path) }

    try await planes.start(.governance)
    try await pollUntil("governance knows the revocation") {
      try await stage.caller("alice").approval(approval.approvalID).status == .revoked
    }
    try await stage.expectSteadyStillRuns()
  }

  @Test("A revocation that governance took while serving was down undeploys when serving is back")
  func revokedWithoutServing() async throws {
    let model = try await planes.deployed("delayed")
    let alice = try stage.caller("alice")
    let summary = try #require(try await alice.approvals(ApprovalList(modelID: model.id)).first?.approvalID)
    let approval = try #require(try await alice.approval(summary).approval)
    try await planes.kill(.serving)
    _ = try await alice.revoke(planes.revocation(of: Statement<ModelApproval>.parse(approval.payload)))
    try await planes.start(.serving)
    try await pollUntil("delayed is undeployed") { try planes.home.served("delayed") == nil }
    #expect(try await stage.caller("ci").authorize(model.id).failures["revocation"] != nil)
  }

  @Test("SIGTERM ends every plane cleanly, and all of it is there afterwards", arguments: PlanesHome.planes)
  func cleanStop(_ plane: Role) async throws {
    #expect(try await planes.terminate(plane) == 0)
    try await planes.start(plane)
    try await stage.expectSteadyStillRuns()
    #expect(
      try await stage.caller("alice").approvals(ApprovalList(modelID: stage.steady.id)).map(\.status) == [.active])
  }
}
