import Attestations
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// What the public package takes for an approval and we must not (DESIGN section 11), tried at both doors: at governance by an
/// approver, and at serving with governance's key in the attacker's hand.
@Suite("Holes of the public package: approvals", .serialized, .runningPlanes)
struct UpstreamApprovalHolesTests {
  let stage: Stage
  var planes: DaemonFixture { stage.planes }

  init() throws { stage = try Stage() }

  @Test("Quorum counts entries: garbage, 'unsigned' and one key under two names are nobody's signatures")
  func quorumCountsEntries() async throws {
    let bob = try stage.caller("bob")
    let (model, approval) = try await proposed("entries")
    let alices = try #require(try await bob.approval(approval.approvalID).approval?.signatures.first)
    let entries = [
      EnvelopeSignature(keyID: bob.key.publicKey.keyID, bytes: [UInt8](repeating: 7, count: 64)),
      EnvelopeSignature(keyID: "bob", bytes: Array("unsigned".utf8)),
      EnvelopeSignature(keyID: bob.key.publicKey.keyID, bytes: alices.bytes),
    ]
    for entry in entries {
      try await expectRefused(.invalidRequest) { try await sign(approval, with: entry, as: bob) }
    }
    try await publish(envelope(of: approval, adding: entries), model)
    try await expectOneOfTwo(model, approval)
  }

  @Test("Co-signatures are never verified: bob's signature over another approval is none over this one")
  func coSignaturesUnverified() async throws {
    let bob = try stage.caller("bob")
    let (model, approval) = try await proposed("cosigned")
    let (_, another) = try await proposed("cosigned/another")
    let misplaced = try signature(over: another, by: bob.key)
    try await expectRefused(.invalidRequest) { try await sign(approval, with: misplaced, as: bob) }
    try await publish(envelope(of: approval, adding: [misplaced]), model)
    try await expectOneOfTwo(model, approval)
  }

  @Test("required_approvers 0 or negative deploys", arguments: [0, -1])
  func requiredApproversBelowOne(_ number: Int) async throws {
    try await expectNowhere("count\(number)", "required_approvers", .init(number))
  }

  @Test("A numeric expires_at parses to 'never'")
  func numericExpiry() async throws { try await expectNowhere("numeric", "expires_at", 4_102_444_800) }

  @Test("A TTL of 100 years or below zero is taken", arguments: [36_500, -1])
  func absurdLife(_ days: Int) async throws {
    let end = Timestamp.now().adding(days: days).attestationText
    try await expectNowhere("life\(days)", "expires_at", .string(end))
  }

  @Test("A revoked approval deploys again once a newer one exists, or once an old copy is stored again")
  func revokedApprovalLivesAgain() async throws {
    let (alice, ci) = (try stage.caller("alice"), try stage.caller("ci"))
    let model = try await planes.deployed("twice")
    let id = try #require(try await alice.approvals(ApprovalList(modelID: model.id)).first?.approvalID)
    let copy = try #require(try await alice.approval(id).approval)
    let old = try Statement<ModelApproval>.parse(copy.payload)
    _ = try await alice.revoke(planes.revocation(of: old))
    let newer = planes.approval(of: model)
    try await planes.approved(newer)
    try await publish(copy, model)

    try await expectDenied(by: "revocation") { try await ci.deploy(model.id, approval: id, weights: model.path) }
    #expect(try await planes.verdict(on: old).failures["revocation"] != nil)
    let promotion = try await ci.deploy(model.id, weights: model.path)
    #expect(promotion.predicate.record.approvalID == newer.approvalID)
  }

  private func proposed(_ name: String) async throws -> (TrainedModel, ModelApproval) {
    let model = try await planes.trained("holes/\(name)")
    let approval = planes.approval(of: model)
    try await planes.proposed(approval)
    return (model, approval)
  }

  /// Neither governance nor serving takes the approval with one field set so, whoever signs it.
  private func expectNowhere(_ name: String, _ field: String, _ value: JSONValue) async throws {
    let (alice, bob, ci) = (try stage.caller("alice"), try stage.caller("bob"), try stage.caller("ci"))
    let model = try await planes.trained("holes/\(name)")
    let approval = planes.approval(of: model)
    let statement = try #require(StrictJSON.parse(Statement.payload(of: approval)).object)
    let predicate = try #require(statement["predicate"]?.object).setting(field, to: value)
    let payload = statement.setting("predicate", to: .object(predicate)).serialized()
    let proposal = try UnverifiedEnvelope(signing: payload, as: .statement, by: [alice.key])
    let refusal = try await #require(throws: Refusal.self) { _ = try await alice.propose(proposal, as: approval) }
    #expect(refusal.message.contains(field), "\(refusal)")

    let keys = [alice.key, bob.key, try planes.home.key("governance-plane")]
    let complete = try UnverifiedEnvelope(signing: payload, as: .statement, by: keys)
    do { try await publish(complete, model, countersign: false) } catch let refusal as Refusal {
      #expect(refusal.code == .policyFailed, "\(refusal)")
    }
    #expect(try await !planes.verdict(on: approval).passed)
    try await expectRefused(.denied) { try await ci.deploy(model.id, weights: model.path) }
    #expect(try planes.home.served(model.id.text) == nil)
  }

  private func expectOneOfTwo(_ model: TrainedModel, _ approval: ModelApproval) async throws {
    let ci = try stage.caller("ci")
    #expect(Set(try await planes.verdict(on: approval).failures.keys) == ["quorum"])
    try await expectDenied(by: "quorum", saying: "1 of 2") { try await ci.deploy(model.id, weights: model.path) }
    #expect(try await stage.caller("alice").approval(approval.approvalID).status == .pending)
    #expect(try planes.home.served(model.id.text) == nil)
  }

  private func sign(_ approval: ModelApproval, with signature: EnvelopeSignature, as caller: PlaneCaller) async throws {
    let nanda = try caller.key.sign(NandaRecord(approval).hash)
    let body = ApprovalSign(approvalID: approval.approvalID, signature: signature, nandaSignature: nanda)
    try await caller.ask(.approvalSign, body, on: .approve)
  }

  private func signature(over approval: ModelApproval, by key: SecretKey) throws -> EnvelopeSignature {
    let payload = Statement.payload(of: approval)
    let encoding = PreAuthenticationEncoding(payloadType: PayloadType.statement.rawValue, payload: payload)
    return EnvelopeSignature(try key.sign(encoding), by: key.publicKey)
  }

  private func envelope(
    of approval: ModelApproval, adding entries: [EnvelopeSignature]
  ) async throws -> UnverifiedEnvelope {
    let held = try await stage.caller("alice").approval(approval.approvalID).approval
    return entries.reduce(try #require(held)) { $0.adding($1) }
  }

  /// As governance, with its signature on top.
  private func publish(
    _ envelope: UnverifiedEnvelope, _ model: TrainedModel, countersign: Bool = true
  ) async throws {
    let governance = try stage.caller("governance-plane")
    let encoding = PreAuthenticationEncoding(payloadType: envelope.payloadType, payload: envelope.payload)
    let own = EnvelopeSignature(try governance.key.sign(encoding), by: governance.key.publicKey)
    let body = ApprovalPublication(
      approval: countersign ? envelope.adding(own) : envelope, trainingOutput: model.receipt.attestation)
    try await governance.ask(.approvalPublish, body, on: .control)
  }
}
