import Attestations
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// The key: approvals and revocations that people did not sign, or signed otherwise.
extension LyingGovernancePlaneTests {
  @Test("Governance's own signature on an approval with too few approvers deploys nothing")
  func tooFewApprovers() async throws {
    let model = try await planes.trained("hasty")
    let approval = planes.approval(of: model)
    try await planes.proposed(approval)
    let pending = try await evidence(of: approval)
    try await publish(try countersigned(pending.approval), pending.output)
    try await planes.servingSays("1 of 2", about: approval)
    let verdict = try await planes.verdict(on: approval)
    #expect(Set(verdict.failures.keys) == ["quorum"], "governance's signature is there, and not enough")
    try await expectNothingRuns(model)
  }

  @Test("Two approvers' signatures without governance's own deploy nothing either")
  func withoutGovernancesSignature() async throws {
    let model = try await planes.trained("impatient")
    let approval = planes.approval(of: model)
    let keys = [try planes.home.key("alice"), try planes.home.key("bob")]
    try await publish(try UnverifiedEnvelope(attesting: approval, by: keys), model.receipt.attestation)
    let verdict = try await planes.verdict(on: approval)
    #expect(Set(verdict.failures.keys) == ["approval"])
    try await expectNothingRuns(model)
  }

  @Test("One approver's signature, twice in the envelope, is one approver's")
  func oneSignatureTwice() async throws {
    let model = try await planes.trained("doubled")
    let approval = planes.approval(of: model)
    try await planes.proposed(approval)
    let pending = try await evidence(of: approval)
    let alices = try #require(pending.approval.signatures.first)
    let bobs = try stage.caller("bob").key.publicKey.keyID
    let doubled = pending.approval.adding(EnvelopeSignature(keyID: bobs, bytes: alices.bytes))
    try await publish(try countersigned(doubled), pending.output)
    try await planes.servingSays("1 of 2", about: approval)
    try await expectNothingRuns(model)
  }

  @Test(
    "Signatures of people who are no approvers do not count", arguments: ["trainer", "ci", "metrics", "training-plane"])
  func notApprovers(_ name: String) async throws {
    let model = try await planes.trained("crony-\(name)")
    let approval = planes.approval(of: model)
    try await planes.proposed(approval)
    let pending = try await evidence(of: approval)
    try await publish(try countersigned(pending.approval, by: [try stage.caller(name).key]), pending.output)
    try await planes.servingSays("1 of 2", about: approval)
    try await expectNothingRuns(model)
  }

  @Test("An approval that no approver signed is refused, whatever it requires of itself", arguments: [1, 2])
  func nobodySigned(_ required: Int) async throws {
    let model = try await planes.trained("invented-\(required)")
    let approval = planes.approval(of: model, by: "alice", environments: ["staging"], required: required)
    for keys in [[attacker.key], [attacker.key, try SecretKey.generate()]] {
      let invented = try UnverifiedEnvelope(attesting: approval, by: keys)
      try await expectRefused(.policyFailed) { try await publish(invented, model.receipt.attestation) }
    }
    try await expectNothingRuns(model)
  }

  @Test("An approval altered after it was signed loses its signatures")
  func alteredApproval() async throws {
    let model = try await planes.trained("widened")
    let approval = planes.approval(of: model, environments: ["staging"])
    try await planes.approved(approval)
    let real = try await evidence(of: approval)
    let wider = planes.approval(of: model, environments: ["staging", "production"], required: 2)
    let payload = Statement.payload(of: wider)
    let lifted = UnverifiedEnvelope(
      payloadType: PayloadType.statement.rawValue, payload: payload, signatures: real.approval.signatures)
    try await expectRefused(.policyFailed) { try await publish(try countersigned(lifted), real.output) }
    let ci = try stage.caller("ci")
    try await expectDenied(by: "environment") { try await ci.deploy(model.id, to: "production", weights: model.path) }
  }

  @Test("A training output with other weights is refused, signed by whichever key the attacker has")
  func alteredTrainingOutput() async throws {
    let model = try await planes.trained("swapped")
    let approval = planes.approval(of: model)
    try await planes.approved(approval)
    let real = try await evidence(of: approval)
    let output = try Statement<TrainingOutput>.parse(real.output.payload)
    let swapped = TrainingOutput(
      result: try planes.job("swapped", version: 9).result, createdAt: output.createdAt,
      submittedBy: output.submittedBy,
      submitterPerson: output.submitterPerson, submission: output.submission)
    for key in [attacker.key, try planes.home.key("training-plane")] {
      let forged = try UnverifiedEnvelope(attesting: swapped, by: [key])
      try await expectRefused(.policyFailed, saying: "training") { try await publish(real.approval, forged) }
    }
    #expect(try await planes.verdict(on: approval).passed)
  }

  @Test("An approval with another model's training output is refused")
  func anotherModelsOutput() async throws {
    let model = try await planes.trained("innocent")
    let approval = planes.approval(of: model)
    try await planes.approved(approval)
    let real = try await evidence(of: approval)
    try await expectRefused(.policyFailed, saying: "training") {
      try await publish(real.approval, stage.steady.receipt.attestation)
    }
  }

  @Test("An approval that was revoked and is published again stays dead, before and after a restart")
  func republishedAfterRevocation() async throws {
    let ci = try stage.caller("ci")
    let model = try await planes.trained("undead")
    let approval = planes.approval(of: model)
    try await planes.approved(approval)
    let real = try await evidence(of: approval)
    try await ci.deploy(model.id, weights: model.path)
    _ = try await stage.caller("bob").revoke(planes.revocation(of: approval, by: "bob"), on: .revoke)
    #expect(try planes.home.served("undead") == nil)

    for restart in [false, true] {
      if restart {
        try await planes.kill(.serving)
        try await planes.start(.serving)
      }
      // Until governance has passed the revocation on, nothing about these weights is taken.
      try await pollUntil("the approval is taken") { try await isTaken(real.approval, real.output) }
      #expect(try await planes.verdict(on: approval).failures["revocation"] != nil)
      try await expectDenied(by: "revocation") { try await ci.deploy(model.id, weights: model.path) }
      try await expectDenied(by: "revocation") { try await ci.deploy(model.id, approval: approval.approvalID) }
    }
    #expect(try planes.home.served("undead") == nil)
  }

  @Test("An approval made before the revocation dies by it, though serving sees it only later")
  func withheldUntilAfterRevocation() async throws {
    let (alice, bob) = (try stage.caller("alice"), try stage.caller("bob"))
    let model = try await planes.trained("withheld")
    // Two real signatures that the attacker has kept back.
    let approval = planes.approval(of: model)
    let withheld = try UnverifiedEnvelope(attesting: approval, by: [alice.key, bob.key])
    let revocation = ModelRevocation(
      approvalID: nil, modelID: model.id, weightsHash: model.weightsHash, revokedBy: alice.name, reason: "poisoned",
      revokedAt: .now())
    _ = try await alice.revoke(revocation, on: .revoke)
    let kept = try countersigned(withheld)
    // Until the governance plane has passed the revocation on, nothing about these weights is taken.
    try await pollUntil("the approval is taken") { try await isTaken(kept, model.receipt.attestation) }
    #expect(try await planes.verdict(on: approval).failures["revocation"]?.contains("poisoned") == true)
    try await expectNothingRuns(model)
  }

  @Test("It revokes nothing in an approver's name, so it cannot take down what runs either")
  func forgedRevocation() async throws {
    let revocation = planes.revocation(of: planes.approval(of: stage.steady))
    let forged = try UnverifiedEnvelope(attesting: revocation, by: [attacker.key])
    try await expectRefused(.policyFailed) {
      try await attacker.ask(.revocationPublish, Revocation(revocation: forged), on: .control)
    }
    try await stage.expectSteadyStillRuns()
  }

  @Test("Signatures from two approvals of one model make up no quorum of either")
  func mixedSignatures() async throws {
    let model = try await planes.trained("mixed")
    let (narrow, wide) = (planes.approval(of: model, environments: ["staging"]), planes.approval(of: model))
    let keys = [try planes.home.key("alice"), try planes.home.key("bob")]
    let real = try UnverifiedEnvelope(attesting: narrow, by: keys)
    let mixed = try UnverifiedEnvelope(attesting: wide, by: [keys[0]]).adding(real.signatures[1])
    try await publish(try countersigned(mixed), model.receipt.attestation)
    try await planes.servingSays("1 of 2", about: wide)
    try await expectNothingRuns(model)
  }

  @Test("What people signed for another time is not deployed now", arguments: [-31 * 86_400, 3600])
  func anotherTime(_ seconds: Int) async throws {
    let model = try await planes.trained("dated\(seconds)")
    let approval = planes.approval(of: model, at: Timestamp.now().adding(seconds: seconds))
    let keys = [try planes.home.key("alice"), try planes.home.key("bob")]
    try await publish(
      countersigned(UnverifiedEnvelope(attesting: approval, by: keys)), model.receipt.attestation)
    #expect(try await planes.verdict(on: approval).failures["validity"] != nil)
    try await expectNothingRuns(model)
  }

  @Test("It revokes nothing as the drift detector where no policy lets drift revoke")
  func driftWithoutWarrant() async throws {
    let approval = planes.approval(of: stage.steady)
    let revocation = ModelRevocation(
      approvalID: nil, modelID: approval.modelID, weightsHash: approval.weightsHash,
      revokedBy: .driftDetector, reason: "says governance", revokedAt: .now(),
      driftCheckDigest: approval.weightsHash)
    let forged = try UnverifiedEnvelope(attesting: revocation, by: [attacker.key])
    try await expectRefused(.policyFailed, saying: "drift") {
      try await attacker.ask(.revocationPublish, RevocationPublication(revocation: forged), on: .control)
    }
    try await stage.expectSteadyStillRuns()
  }

  @Test("Its key deploys nothing, and asks for no deploy")
  func noDeployer() async throws {
    let body = ModelDeploy(modelID: stage.steady.id, environment: EnvironmentName(checked: "production"), scope: nil)
    try await expectRefused(.forbidden) { try await attacker.ask(.modelDeploy, body, on: .deploy) }
    #expect(try planes.home.served("steady", in: "production") == nil)
  }
}
