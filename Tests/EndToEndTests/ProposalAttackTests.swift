import Attestations
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// One field of a correct approval made wrong, and what must come of it.
enum BadField: String, CaseIterable, CustomTestStringConvertible {
  case noApprovers, negativeApprovers, fewerThanPolicy, fractionalApprovers
  case noLife, hundredYears, numericExpiry, nullExpiry, backdated, postdated
  case nullEnvironments, noEnvironments, unknownEnvironment, sameEnvironmentTwice, noScopes
  case otherWeights, upperCaseDigest, unknownProfile, unknownField, newerTrustRoot

  var testDescription: String { rawValue }

  var change: (key: String, value: JSONValue) {
    let now = Timestamp.now()
    switch self {
    case .noApprovers: return ("required_approvers", 0)
    case .negativeApprovers: return ("required_approvers", -1)
    case .fewerThanPolicy: return ("required_approvers", 1)
    case .fractionalApprovers: return ("required_approvers", .number(JSONNumber(1.5) ?? JSONNumber(1)))
    case .noLife: return ("expires_at", .string(now.adding(days: -1).attestationText))
    case .hundredYears: return ("expires_at", .string(now.adding(days: 36_500).attestationText))
    case .numericExpiry: return ("expires_at", 4_102_444_800)
    case .nullExpiry: return ("expires_at", .null)
    case .backdated: return ("approved_at", .string(now.adding(seconds: -3600).attestationText))
    case .postdated: return ("approved_at", .string(now.adding(seconds: 3600).attestationText))
    case .nullEnvironments: return ("approved_environments", .null)
    case .noEnvironments: return ("approved_environments", [])
    case .unknownEnvironment: return ("approved_environments", ["production", "canary"])
    case .sameEnvironmentTwice: return ("approved_environments", ["staging", "staging"])
    case .noScopes: return ("approved_scopes", [])
    case .otherWeights: return ("weights_hash", .string(Digest(hashing: Array("other".utf8)).description))
    case .upperCaseDigest: return ("weights_hash", .string("sha256:" + String(repeating: "A", count: 64)))
    case .unknownProfile: return ("profile", "anything-goes")
    case .unknownField: return ("approved_by_everybody", true)
    case .newerTrustRoot: return ("trust_root_version", 2)
    }
  }

  /// What cannot even be read as an approval is invalid; what can is against the policy.
  var code: ErrorCode {
    switch self {
    case .fewerThanPolicy, .hundredYears, .backdated, .postdated, .unknownEnvironment, .unknownProfile, .newerTrustRoot:
      .policyFailed
    default: .invalidRequest
    }
  }
}

@Suite("Proposals that the policy or the facts forbid", .serialized, .runningPlanes)
struct ProposalAttackTests {
  let stage: Stage
  var planes: DaemonFixture { stage.planes }

  init() throws { stage = try Stage() }

  @Test(
    "An approval with one bad field is refused, says which, and leaves nothing behind", arguments: BadField.allCases)
  func badField(_ bad: BadField) async throws {
    let alice = try stage.caller("alice")
    let approval = planes.approval(of: stage.steady)
    let forged = try altered(approval, bad.change.key, bad.change.value, by: alice)
    let refusal = try await expectRefused(bad.code) { _ = try await alice.propose(forged, as: approval) }
    let words = bad == .unknownEnvironment ? "canary" : bad.change.key
    #expect(refusal.message.contains(words) || bad == .otherWeights, "\(refusal)")
    try await expectRefused(.notFound) { _ = try await alice.approval(approval.approvalID) }
  }

  @Test("Weights other than the trained ones are refused, though subject and field agree")
  func weightsOtherThanTrained() async throws {
    let alice = try stage.caller("alice")
    let approval = planes.approval(of: stage.steady, weights: Digest(hashing: Array("other".utf8)))
    try await expectRefused(.policyFailed, saying: "not what was trained") { _ = try await alice.propose(approval) }
  }

  @Test("An approval of an output that nobody submitted is not found")
  func unknownOutput() async throws {
    let alice = try stage.caller("alice")
    var approval = planes.approval(of: stage.steady)
    approval = ModelApproval(
      approvalID: approval.approvalID, modelID: approval.modelID, weightsHash: approval.weightsHash,
      approvedBy: approval.approvedBy, approvedAt: approval.approvedAt, expiresAt: approval.expiresAt,
      profile: approval.profile, correlationID: nil, environments: approval.environments, scopes: nil,
      requiredApprovers: 2, trainingOutputDigest: Digest(hashing: Array("nothing".utf8)), trustRootVersion: 1)
    try await expectRefused(.notFound) { _ = try await alice.propose(approval) }
  }

  @Test("Nobody approves in another's name, nor with two signatures, nor with another's signature")
  func otherPeoplesSignatures() async throws {
    let (alice, bob, trainer) = (try stage.caller("alice"), try stage.caller("bob"), try stage.caller("trainer"))
    let asBob = planes.approval(of: stage.steady, by: "bob")
    try await expectRefused(.forbidden, saying: "approved_by is bob") { _ = try await alice.propose(asBob) }
    let approval = planes.approval(of: stage.steady)
    for signers in [[alice.key, bob.key], [alice.key, alice.key]] {
      let envelope = try UnverifiedEnvelope(attesting: approval, by: signers)
      try await expectRefused(.invalidRequest, saying: "alone") { _ = try await alice.propose(envelope, as: approval) }
    }
    let byTrainer = try UnverifiedEnvelope(attesting: approval, by: [trainer.key])
    try await expectRefused(.invalidRequest) { _ = try await alice.propose(byTrainer, as: approval) }
  }

  @Test("One person twice is one person: the approval stays pending and is denied by quorum")
  func onePersonTwice() async throws {
    let (alice, bob, ci) = (try stage.caller("alice"), try stage.caller("bob"), try stage.caller("ci"))
    let model = try await planes.trained("selfish")
    let approval = planes.approval(of: model)
    try await planes.proposed(approval)
    let again = try await alice.sign(approval.approvalID)
    #expect(again.status == .pending && again.approvers.map(\.text) == ["alice"])

    let signature = try #require(try await alice.approval(approval.approvalID).approval?.signatures.first)
    let handedIn = ApprovalSign(
      approvalID: approval.approvalID, signature: signature,
      nandaSignature: try alice.key.sign(NandaRecord(approval).hash))
    try await expectRefused(.invalidRequest, saying: "not bob's") {
      try await bob.ask(.approvalSign, handedIn, on: .approve)
    }
    try await expectDenied(by: "quorum", saying: "1 of 2") { try await ci.deploy(model.id, weights: model.path) }
    _ = try await bob.sign(approval.approvalID)
    try await planes.servingAllows(approval)
  }

  @Test("A rejected proposal is closed: no later signature opens it, and its id is used up")
  func rejected() async throws {
    let (alice, bob) = (try stage.caller("alice"), try stage.caller("bob"))
    let model = try await planes.trained("rejected")
    let approval = planes.approval(of: model)
    let envelope = try UnverifiedEnvelope(attesting: approval, by: [alice.key])
    _ = try await alice.propose(envelope, as: approval)
    let state = try await bob.reject(approval, digest: envelope.payloadDigest, reason: "no test data")
    #expect(state.status == .rejected)
    try await expectRefused(.conflict, saying: "rejected") { _ = try await bob.sign(approval.approvalID) }
    let reused = try altered(approval, "profile", "default", by: alice)
    try await expectRefused(.conflict) { _ = try await alice.propose(reused, as: approval) }
    let verdict = try await planes.verdict(on: approval)
    #expect(!verdict.passed)
  }

  /// The approval as somebody would sign it who writes their own JSON.
  private func altered(
    _ approval: ModelApproval, _ key: String, _ value: JSONValue, by caller: PlaneCaller
  ) throws -> UnverifiedEnvelope {
    let statement = try #require(StrictJSON.parse(Statement.payload(of: approval)).object)
    let predicate = try #require(statement["predicate"]?.object).setting(key, to: value)
    let payload = statement.setting("predicate", to: .object(predicate)).serialized()
    return try UnverifiedEnvelope(signing: payload, as: .statement, by: [caller.key])
  }
}
