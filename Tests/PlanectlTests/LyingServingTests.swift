import Attestations
import PlaneContract
import Signing
import Testing
import Wire

@testable import planectl

/// `planectl nanda` at a serving plane that answers as it likes: what is printed of a model rests on a decision about that model.
@Suite struct LyingServingTests {
  let test: TestHome
  let proven: ProvenApproval

  init() throws {
    let test = try TestHome()
    self.test = test
    let output = try test.trainingOutput()
    let keys = try ["alice", "bob", "governance-plane"].map { try test.signer($0) }
    let approval = try UnverifiedEnvelope(attesting: test.approval(of: output, by: "alice"), by: keys)
    proven = try ProvenApproval.verify(approval: approval, training: output, root: test.root)
  }

  /// What a decision may be wrong in.
  struct Lie: Sendable {
    var model: ModelID?
    var environment = EnvironmentName(checked: "production")
    var weights: Digest?
    var gate: Gate?
    var requester = "bridge"
    var signer = "serving-plane"
  }

  private func statement(_ lie: Lie) throws -> UnverifiedEnvelope {
    let held = proven.held
    let gates = Gate.allCases.map { $0 == lie.gate ? GateResult.fail($0, "no") : GateResult.pass($0, "fine") }
    // Other weights have no approval here.
    let question = GateQuestion(
      modelID: lie.model ?? held.predicate.modelID, environment: lie.environment, scope: nil, weightsHash: lie.weights)
    return try Decision(
      question: question, gates: gates, held: lie.weights == nil ? held : nil, timeVerified: .now(),
      trustRootDigest: test.root.digest, requestedBy: PrincipalID(checked: lie.requester),
      requestDigest: Digest(hashing: [7])
    ).signed(by: test.signer(lie.signer))
  }

  /// Runs the command at planes that answer with the approval and, to every question, with `statement`.
  private func perform(_ statement: UnverifiedEnvelope?) async throws {
    let detail = ApprovalDetail(
      approvalID: proven.held.predicate.approvalID, status: .active, approvers: [], requiredApprovers: 2,
      approval: proven.approval.envelope, trainingOutput: proven.training.attested.envelope, nandaSignatures: [])
    let approval = proven.held.predicate
    let summary = ApprovalSummary(
      approvalID: approval.approvalID, status: .active, modelID: approval.modelID, weightsHash: approval.weightsHash,
      trainingOutputDigest: approval.trainingOutputDigest, submittedBy: PrincipalID(checked: "trainer"),
      createdAt: .now(), environments: approval.environments)
    let governance = try FakeGovernance(
      in: test, listed: [summary], details: [detail], socket: .governanceRead)
    let key = try KeyFile.loadSecret(path: "\(test.home.folder(of: .serving))/plane.pem")
    let body: JSONObject = ["decision": [:], "attestation": statement?.json ?? .null]
    let serving = try FakePlane(
      socket: test.home.socket(.servingRead),
      answers: [{ try FakePlane.reply(to: $0, body: body, signedBy: key) }])
    let words = ["nanda", approval.modelID.text, "--home", test.home.path, "--as", "bridge", "--json"]
    let command = try #require(try Planectl.parseAsRoot(words) as? Nanda)
    defer { withExtendedLifetime((governance, serving)) {} }
    try await command.perform()
  }

  private func expectCaught(
    _ lie: Lie, saying words: String, _ location: SourceLocation = #_sourceLocation
  ) async throws {
    let statement = try statement(lie)
    do {
      try await perform(statement)
      Issue.record("it was believed", sourceLocation: location)
    } catch {
      let failure = Failure(explaining: error)
      #expect(failure.status == .unverified, "\(failure.message)", sourceLocation: location)
      #expect(failure.message.contains(words), "\(failure.message)", sourceLocation: location)
    }
  }

  @Test func aDecisionThatAnotherPlaneSignedIsCaught() async throws {
    try await expectCaught(Lie(signer: "governance-plane"), saying: "signature")
  }

  @Test func aDecisionAboutAnotherModelIsCaught() async throws {
    try await expectCaught(Lie(model: ModelID(checked: "other")), saying: "is about other, not iris")
  }

  @Test func aDecisionAboutAnotherEnvironmentIsCaught() async throws {
    try await expectCaught(Lie(environment: EnvironmentName(checked: "staging")), saying: "another question")
  }

  @Test func aDecisionThatSomebodyElseAskedForIsCaught() async throws {
    try await expectCaught(Lie(requester: "ci"), saying: "another question")
  }

  @Test func aDenialOfOtherWeightsIsCaught() async throws {
    try await expectCaught(Lie(weights: Digest(hashing: [6]), gate: .approval), saying: "other weights")
  }

  @Test func noSignedDecisionIsNone() async throws {
    await #expect(throws: Failure.self) { try await perform(nil) }
  }

  @Test func aDenialIsExitOne() async throws {
    let denial = try statement(Lie(gate: .revocation))
    await #expect(throws: ExitStatus.denied) { try await perform(denial) }
  }

  @Test func anHonestDecisionIsPrinted() async throws {
    try await perform(statement(Lie()))
  }
}
