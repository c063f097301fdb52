import Attestations
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

@Suite("The whole path, through three processes", .serialized, .runningPlanes)
struct WholePathTests {
  let stage: Stage
  var planes: DaemonFixture { stage.planes }

  init() throws { stage = try Stage() }

  @Test("A model runs only with its submitter's, two approvers' and governance's word, and then its very bytes do")
  func fromTrainingToDeployment() async throws {
    let ci = try stage.caller("ci")
    let model = try await planes.trained("iris/classifier")
    try await expectDenied(by: "approval", saying: "no approval") {
      try await ci.deploy(model.id, weights: model.path)
    }
    let approval = planes.approval(of: model)
    try await planes.proposed(approval)
    try await expectDenied(by: "quorum", saying: "1 of 2") { try await ci.deploy(model.id, weights: model.path) }
    #expect(try planes.home.served(model.id.text) == nil)

    let state = try await stage.caller("bob").sign(approval.approvalID)
    #expect(state.status == .active)
    #expect(state.approvers.map(\.text) == ["alice", "bob"])
    try await planes.servingAllows(approval)
    let promotion = try await ci.deploy(model.id, weights: model.path).predicate.record
    #expect(promotion.approvalID == approval.approvalID)
    #expect(promotion.weightsHash == model.weightsHash)
    #expect(try planes.home.served(model.id.text) == model.served)
    #expect(try await ci.authorize(model.id).passed)
  }

  @Test("Rolling back takes the earlier approval and the stored bytes, no path")
  func rollback() async throws {
    let ci = try stage.caller("ci")
    let first = try await planes.trained("rolling")
    let earlier = planes.approval(of: first)
    try await planes.approved(earlier)
    try await ci.deploy(first.id, weights: first.path)
    let second = try await planes.deployed("rolling", version: 2)
    #expect(try planes.home.served("rolling") == second.served)

    try await ci.deploy(first.id, approval: earlier.approvalID)
    #expect(try planes.home.served("rolling") == first.served)
    let history = try await ci.deployments(DeploymentList(modelID: first.id, history: true))
    #expect(history.map(\.weightsHash) == [first.weightsHash, second.weightsHash, first.weightsHash])
    #expect(history.map(\.state) == [.deployed, .superseded, .superseded])
  }

  @Test("A revoked model is undeployed, and stays refused after SIGKILL of all three planes")
  func revocationOutlivesProcesses() async throws {
    let ci = try stage.caller("ci")
    let model = try await planes.trained("leaky")
    let approval = planes.approval(of: model)
    try await planes.approved(approval)
    try await ci.deploy(model.id, weights: model.path)

    let dead = try await stage.caller("alice").revoke(planes.revocation(of: approval))
    #expect(dead == [approval.approvalID])
    try await pollUntil("leaky is undeployed") { try planes.home.served("leaky") == nil }
    try await expectRevoked(model, approval)

    try await planes.killAll()
    try await planes.startAll()
    try await expectRevoked(model, approval)
    #expect(try await stage.caller("bob").approval(approval.approvalID).status == .revoked)
    try await stage.expectSteadyStillRuns()
  }

  private func expectRevoked(_ model: TrainedModel, _ approval: ModelApproval) async throws {
    let ci = try stage.caller("ci")
    let verdict = try await planes.verdict(on: approval)
    #expect(verdict.failures["revocation"]?.contains("revoked by alice") == true, "\(verdict.failures)")
    #expect(try await ci.authorize(model.id).passed == false)
    try await expectDenied(by: "revocation") { try await ci.deploy(model.id, weights: model.path) }
    try await expectDenied(by: "revocation") { try await ci.deploy(model.id, approval: approval.approvalID) }
    #expect(try planes.home.served(model.id.text) == nil)
  }

  @Test("One flipped bit is refused by the weights gate, and what ran still runs")
  func flippedBit() async throws {
    let model = try await planes.deployed("flipped")
    var bytes = model.weights
    bytes[bytes.count - 1] ^= 1
    let path = try planes.home.write(bytes, to: "weights/flipped/bad.bin")
    let ci = try stage.caller("ci")
    let verdict = try await expectDenied(by: "weights") { try await ci.deploy(model.id, weights: path) }
    #expect(Set(verdict.failures.keys) == ["weights"])
    #expect(try planes.home.served("flipped") == model.served)
    #expect(try await ci.authorize(model.id).passed)
    let wrong = try await ci.authorize(model.id, weights: Digest(hashing: bytes))
    #expect(!wrong.passed)
  }

  @Test("An environment that is left out, unknown or not approved is refused, for authorize and for deploy")
  func environments() async throws {
    let ci = try stage.caller("ci")
    let model = try await planes.trained("staged")
    try await planes.approved(planes.approval(of: model, environments: ["staging"]))
    for environment in [nil, "canary", "production"] {
      let verdict = try await ci.authorize(model.id, in: environment, weights: model.weightsHash)
      #expect(verdict.failures["environment"] != nil, "\(environment ?? "none"): \(verdict.failures)")
      try await expectDenied(by: "environment") {
        try await ci.deploy(model.id, to: environment, weights: model.path)
      }
    }
    try await expectRefused(.invalidRequest, saying: "environment") {
      _ = try await ci.authorize(model.id, in: "Staging/../x")
    }
    try await ci.deploy(model.id, to: "staging", weights: model.path)
  }

  @Test("A scope that is left out or not approved is refused where the approval names scopes")
  func scopes() async throws {
    let ci = try stage.caller("ci")
    let model = try await planes.trained("scoped")
    try await planes.approved(planes.approval(of: model, scopes: ["eu"]))
    for scope in [nil, "us"] {
      try await expectDenied(by: "scope") { try await ci.deploy(model.id, scope: scope, weights: model.path) }
    }
    try await ci.deploy(model.id, scope: "eu", weights: model.path)
    #expect(try await ci.authorize(model.id, scope: "eu").passed)
    #expect(try await ci.authorize(model.id).failures["scope"] != nil)
  }

  @Test("The same request twice is one effect: submit, propose, sign, deploy, revoke")
  func idempotence() async throws {
    let (alice, bob, ci) = (try stage.caller("alice"), try stage.caller("bob"), try stage.caller("ci"))
    let model = try await planes.trained("twice")
    #expect(try await stage.caller("trainer").submit(model.result).digest == model.receipt.digest)

    let approval = planes.approval(of: model)
    let envelope = try UnverifiedEnvelope(attesting: approval, by: [alice.key])
    let proposed = try await alice.propose(envelope, as: approval)
    #expect(try await alice.propose(envelope, as: approval) == proposed)
    let signed = try await bob.sign(approval.approvalID)
    #expect(try await bob.sign(approval.approvalID) == signed)

    try await planes.servingAllows(approval)
    let promotion = try await ci.deploy(model.id, weights: model.path)
    #expect(try await ci.deploy(model.id, weights: model.path).digest == promotion.digest)
    #expect(try await ci.deployments(DeploymentList(modelID: model.id, history: true)).count == 1)

    let revocation = planes.revocation(of: approval)
    #expect(try await alice.revoke(revocation) == [approval.approvalID])
    #expect(try await alice.revoke(revocation) == [approval.approvalID])
    #expect(try await alice.revoke(revocation, on: .revoke) == [approval.approvalID])
  }

  @Test("Undeploying ends what runs, is signed, and a second time there is nothing to end")
  func undeploy() async throws {
    let ci = try stage.caller("ci")
    let model = try await planes.deployed("ended")
    let undeployment = try await ci.undeploy(model.id).predicate.record
    #expect(undeployment.weightsHash == model.weightsHash && !undeployment.promoted)
    #expect(try planes.home.served("ended") == nil)
    #expect(try await ci.authorize(model.id).failures["weights"] != nil)
    try await expectRefused(.notFound) { _ = try await ci.undeploy(model.id) }
  }
}
