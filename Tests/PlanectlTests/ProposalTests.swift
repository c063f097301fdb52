import Attestations
import PlaneContract
import Signing
import Testing
import Wire

@testable import planectl

@Suite struct ProposalTests {
  let test: TestHome
  let session: Session
  let training: VerifiedTrainingOutput

  init() throws {
    test = try TestHome()
    session = Session(test.home, root: test.root, identity: try test.identity("alice"))
    training = try VerifiedTrainingOutput.verify(try test.trainingOutput(), root: test.root)
  }

  private func approval(
    _ environments: [String], ttl: TimeSpan? = nil, required: Int? = nil, profile: String = "default",
    scopes: [String]? = nil
  ) throws -> ModelApproval {
    let proposal = Proposal(
      environments: environments.map(EnvironmentName.init(checked:)), scopes: scopes?.map(ScopeName.init(checked:)),
      timeToLive: ttl, requiredApprovers: required, profile: ProfileName(checked: profile))
    return try proposal.approval(of: training, after: nil, by: session, now: .now())
  }

  @Test func whatIsLeftOutComesFromThePolicy() throws {
    #expect(try approval(["staging"]).requiredApprovers == 1)
    let both = try approval(["staging", "production"])
    #expect(both.requiredApprovers == 2 && both.expiresAt == both.approvedAt.adding(days: 90))
    #expect(both.approvedBy.text == "alice" && both.trainingOutputDigest == training.digest)
    #expect(both.scopes == nil && both.correlationID == training.output.result.correlationID)
  }

  @Test func everyApprovalHasANameOfItsOwn() throws {
    let (first, second) = (try approval(["staging"]).approvalID, try approval(["staging"]).approvalID)
    #expect(first != second && first.text.hasPrefix("approval:") && first.text.count == 25)
  }

  @Test(arguments: [0, -1, 1, 16])
  func aNumberOfApproversThatThePolicyForbidsIsNotSigned(required: Int) {
    #expect(throws: Failure.self) { try approval(["production"], required: required) }
  }

  @Test(arguments: ["3153600000s", "91d", "36500d"])
  func aLifeLongerThanThePolicyAllowsIsNotSigned(span: String) throws {
    let ttl = try #require(TimeSpan(span))
    #expect(throws: Failure.self) { try approval(["staging"], ttl: ttl) }
  }

  @Test func everyBrokenRuleIsNamed() throws {
    let failure = try #require(throws: Failure.self) {
      try approval(["production", "moon"], ttl: TimeSpan(seconds: 91 * 86_400), required: 1, profile: "lax")
    }
    #expect(failure.status == .refused && failure.body["code"]?.string == "policy_failed")
    for word in ["moon", "required_approvers", "expires_at", "lax"] {
      #expect(failure.details.contains { $0.contains(word) }, "\(word)")
    }
  }

  @Test func anEnvironmentNamedTwiceIsNotSigned() {
    #expect(throws: Failure.self) { try approval(["staging", "staging"]) }
  }

  @Test func whatAnApproverReadsBeforeSigningIsEscaped() throws {
    var fields = Fields()
    fields.add("reason", "fine\u{202e}\u{1b}[2K")
    #expect(fields.lines == [#"reason  fine\u{202e}\u{1b}[2K"#])
  }
}

@Suite struct VerifiedApprovalTests {
  let test: TestHome

  init() throws { test = try TestHome() }

  private func detail(
    _ output: UnverifiedEnvelope, approval: UnverifiedEnvelope? = nil, id: ApprovalID? = nil
  ) -> ApprovalDetail {
    ApprovalDetail(
      approvalID: id, status: approval == nil ? .submitted : .pending, approvers: [], requiredApprovers: 0,
      approval: approval,
      trainingOutput: output, nandaSignatures: [])
  }

  @Test func anOutputThatGovernanceAlteredDoesNotVerify() throws {
    let output = try test.trainingOutput()
    var payload = output.payload
    payload[payload.count / 2] ^= 1
    let altered = UnverifiedEnvelope(payloadType: output.payloadType, payload: payload, signatures: output.signatures)
    #expect(try VerifiedApproval(detail(output), root: test.root).training.output.modelID.text == "iris")
    let failure = try #require(throws: Failure.self) { try VerifiedApproval(detail(altered), root: test.root) }
    #expect(failure.status == .unverified)
  }

  @Test func anApprovalThatGovernanceMadeUpDoesNotVerify() throws {
    let output = try test.trainingOutput()
    let training = try VerifiedTrainingOutput.verify(output, root: test.root)
    let session = Session(test.home, root: test.root, identity: try test.identity("alice"))
    let approval = try Proposal(
      environments: [EnvironmentName(checked: "staging")], scopes: nil, timeToLive: nil, requiredApprovers: nil,
      profile: ProfileName(checked: "default")
    ).approval(of: training, after: nil, by: session, now: .now())
    let plane = try KeyFile.loadSecret(path: "\(test.home.folder(of: .governance))/plane.pem")
    let alone = try UnverifiedEnvelope(attesting: approval, by: [plane])
    #expect(throws: Failure.self) {
      try VerifiedApproval(detail(output, approval: alone, id: approval.approvalID), root: test.root)
    }
    let signed = try UnverifiedEnvelope(attesting: approval, by: [session.identity.signer])
    let verified = try VerifiedApproval(detail(output, approval: signed, id: approval.approvalID), root: test.root)
    #expect(verified.signers.map(\.id.text) == ["alice"] && verified.held?.isSignedByGovernance == false)
  }
}
