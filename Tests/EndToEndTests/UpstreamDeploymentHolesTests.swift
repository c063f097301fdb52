import Attestations
import Foundation
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// What the public package deploys, and what it forgets to write down (DESIGN section 11).
@Suite("Holes of the public package: deployments and evidence", .serialized, .runningPlanes)
struct UpstreamDeploymentHolesTests {
  let stage: Stage
  var planes: DaemonFixture { stage.planes }

  init() throws { stage = try Stage() }

  @Test("The store is looked up by model id alone: an approval for other weights deploys on a genuine record")
  func approvalForOtherWeights() async throws {
    let ci = try stage.caller("ci")
    _ = try await planes.deployed("lookup")
    let unapproved = try await planes.trained("lookup", version: 2)
    try await expectDenied(by: "weights") { try await ci.deploy(unapproved.id, weights: unapproved.path) }
    let verdict = try await ci.authorize(unapproved.id, weights: unapproved.weightsHash)
    #expect(Set(verdict.failures.keys) == ["weights"])
  }

  @Test("Weights are never hashed: bytes under the approved name and size are read, and refused")
  func weightsNeverHashed() async throws {
    let ci = try stage.caller("ci")
    let model = try await planes.trained("unhashed")
    try await planes.approved(planes.approval(of: model))
    let path = try planes.home.write(model.weights.reversed(), to: "weights/unhashed/v1.bin")
    #expect(path == model.path)
    try await expectDenied(by: "weights") { try await ci.deploy(model.id, weights: path) }
    #expect(try planes.home.served("unhashed") == nil)
  }

  @Test(
    "The trainer's card overrides model id and hash in what the validator sees",
    arguments: ["model_id", "weights_hash"])
  func cardOverrides(_ field: String) async throws {
    let honest = try planes.job("carded").result
    let lie: JSONValue = field == "model_id" ? "steady" : .string(stage.steady.weightsHash.description)
    let result = TrainingResult(
      modelID: honest.modelID, weightsHash: honest.weightsHash, weightsKind: .file, card: [field: lie],
      correlationID: honest.correlationID)
    let refusal = try await expectRefused(.invalidRequest, saying: "card.\(field)") {
      _ = try await stage.caller("trainer").submit(result)
    }
    #expect(refusal.message.contains(field))
  }

  @Test("Leaving out environment or scope bypasses both")
  func environmentOrScopeLeftOut() async throws {
    let ci = try stage.caller("ci")
    let model = try await planes.trained("scoped")
    try await planes.approved(planes.approval(of: model, environments: ["staging"], scopes: ["eu"]))
    try await expectDenied(by: "environment") {
      try await ci.deploy(model.id, to: nil, scope: "eu", weights: model.path)
    }
    try await expectDenied(by: "scope") { try await ci.deploy(model.id, weights: model.path) }
    try await ci.deploy(model.id, scope: "eu", weights: model.path)
    #expect(try await ci.authorize(model.id, in: nil, scope: "eu").failures["environment"] != nil)
    #expect(try await ci.authorize(model.id).failures["scope"] != nil)
    #expect(try await ci.authorize(model.id, scope: "eu").passed)
  }

  @Test("Evidence is written before the deploy and also when it fails: here the intent before, the outcome after")
  func evidenceOfADeploy() async throws {
    let ci = try stage.caller("ci")
    let model = try await planes.trained("evident")
    try await planes.approved(planes.approval(of: model))
    // A file in the place of the model's directory: the endpoint cannot switch.
    let obstacle = "\(planes.home.folder(of: .serving))/deployments/staging/evident"
    try Data().write(to: URL(fileURLWithPath: obstacle))
    try await expectRefused(.unavailable, saying: "not deployed") { try await ci.deploy(model.id, weights: model.path) }
    #expect(try deployments(of: model) == ["deployment_intended"], "nothing says that it was deployed")
    try FileManager.default.removeItem(atPath: obstacle)
    try await planes.kill(.serving)
    try await planes.start(.serving)
    #expect(try deployments(of: model) == ["deployment_intended", "deployment_failed"])
    let promotion = try await ci.deploy(model.id, weights: model.path).predicate.record
    let all = try entries(of: model)
    #expect(all.map(\.event).suffix(2) == ["deployment_intended", "model_deployment"])
    #expect(promotion.evidenceEntryID.hasSuffix("#\(all[all.count - 2].index)"))
  }

  @Test("Refusals leave none: a denied deploy is an entry with who asked and why not")
  func refusalsLeaveEvidence() async throws {
    let ci = try stage.caller("ci")
    let model = try await planes.trained("refused")
    try await expectDenied(by: "approval") { try await ci.deploy(model.id, weights: model.path) }
    let rows = try SQLiteProgram.run(
      """
      SELECT CAST(entry AS TEXT) FROM evidence WHERE event = 'request_refused' ORDER BY entry_index DESC LIMIT 1
      """, on: database)
    let last = try #require(rows.first)
    let entry = try #require(StrictJSON.parse(Array(last.utf8)).object?["data"]?.object)
    #expect(entry["principal"] == "ci" && entry["kind"] == "model.deploy" && entry["code"] == "denied")
    #expect(entry["reason"]?.string?.contains("refused may not be deployed") == true)
    #expect(entry["model_id"] == "refused" && entry["environment"]?.string != nil, "a report of the model finds it")
    #expect(try entries(of: model).allSatisfy { $0.event != "deployment_intended" })
  }

  @Test("Revoker and reason are not kept, and nothing undeploys on revocation")
  func revocationIsKeptAndEnds() async throws {
    let model = try await planes.trained("ended")
    let approval = planes.approval(of: model)
    try await planes.approved(approval)
    try await stage.caller("ci").deploy(model.id, weights: model.path)
    _ = try await stage.caller("bob").revoke(planes.revocation(of: approval, by: "bob"), on: .revoke)
    #expect(try planes.home.served("ended") == nil, "it is gone when the answer comes")
    let reason = try await planes.verdict(on: approval).failures["revocation"] ?? ""
    #expect(reason.contains("bob") && reason.contains("labels leaked into training"))
    let entry = try #require(try entries(of: model).last { $0.event == "model_approval_revoked" })
    #expect(entry.data["revoked_by"] == "bob" && entry.data["reason"] == "labels leaked into training")
    #expect(try entries(of: model).last?.event == "model_undeployed")
    try await stage.expectSteadyStillRuns()
  }

  @Test("Nothing ends on expiry: what runs is denied from that moment on")
  func expiryDenies() async throws {
    let ci = try stage.caller("ci")
    let model = try await planes.trained("brief")
    let now = Timestamp.now()
    let long = planes.approval(of: model, at: now)
    let approval = ModelApproval(
      approvalID: long.approvalID, modelID: long.modelID, weightsHash: long.weightsHash, approvedBy: long.approvedBy,
      approvedAt: now, expiresAt: now.adding(seconds: 3), profile: long.profile, correlationID: long.correlationID,
      environments: long.environments, scopes: nil, requiredApprovers: 2,
      trainingOutputDigest: long.trainingOutputDigest, trustRootVersion: 1)
    try await planes.approved(approval)
    try await ci.deploy(model.id, weights: model.path)
    try await pollUntil("it has expired") { try await ci.authorize(model.id).failures["validity"] != nil }
    try await expectDenied(by: "validity") { try await ci.deploy(model.id, weights: model.path) }
    #expect(try await !ci.authorize(model.id, weights: model.weightsHash).passed)
  }

  private var database: String { "\(planes.home.folder(of: .serving))/state.sqlite" }

  /// What serving's evidence says of a model, in order; read beside the running plane.
  private func entries(of model: TrainedModel) throws -> [(index: Int, event: String, data: JSONObject)] {
    let sql = "SELECT CAST(entry AS TEXT) FROM evidence WHERE model_id = '\(model.id)' ORDER BY entry_index"
    return try SQLiteProgram.run(sql, on: database).map { line in
      let entry = try #require(StrictJSON.parse(Array(line.utf8)).object)
      let data = try #require(entry["data"]?.object)
      return (try #require(entry["index"]?.int), try #require(entry["event"]?.string), data)
    }
  }

  private func deployments(of model: TrainedModel) throws -> [String] {
    try entries(of: model).map(\.event).filter { $0.contains("deployment") }
  }
}
