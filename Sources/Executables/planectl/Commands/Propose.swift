import ArgumentParser
import Attestations
import PlaneContract
import Signing
import Wire

struct Propose: Command {
  static let configuration = CommandConfiguration(
    abstract: "Propose a submitted model for environments: the first approver's signature.")

  @Argument(help: "A model with one submitted output, or a training output's digest or the beginning of one.")
  var model: String

  @OptionGroup var target: EnvironmentsOption

  @Option(
    help: ArgumentHelp("A scope to approve for; say it once for each. Otherwise any.", valueName: "scope"),
    transform: ScopeName.argument)
  var scope: [ScopeName] = []

  @Option(
    help: ArgumentHelp(
      "How long the approval lives. Otherwise 90d, or less where the policy says so.", valueName: "span"),
    transform: TimeSpan.argument)
  var ttl: TimeSpan?

  @Option(help: ArgumentHelp("How many must sign. Otherwise as many as the policy requires.", valueName: "n"))
  var requiredApprovers: Int?

  @Option(help: "The profile of rules that the output must satisfy.", transform: ProfileName.argument)
  var profile = Proposal.defaultProfile

  @OptionGroup var consent: ConsentOptions
  @OptionGroup var caller: CallerOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let session = try Session(caller, asking: .governance, for: .approvalPropose)
    let directory = ApprovalDirectory(session: session)
    let verified = try await SubmittedOutput(directory: directory).verified(named: model)
    let proposal = Proposal(
      environments: target.environments, scopes: scope.isEmpty ? nil : scope, timeToLive: ttl,
      requiredApprovers: requiredApprovers, profile: profile)
    let previous = try await PreviousVersion.find(of: verified.training.output.modelID, besides: nil, in: directory)
    let approval = try proposal.approval(of: verified.training, after: previous, by: session, now: .now())

    let review = ApprovalReview(
      training: verified.training, approval: approval, payload: Digest(hashing: Statement.payload(of: approval)),
      quorum: proposal.quorum(of: verified.training, by: session),
      status: nil, previous: previous, root: session.root)
    try Consent(consent).obtain(showing: review.fields, question: "propose this as \(session.principal.id)?")
    try await send(approval, of: verified.training, session)
  }

  private func send(
    _ approval: ModelApproval, of training: VerifiedTrainingOutput, _ session: Session
  ) async throws {
    let signer = session.identity.signer
    let body = ApprovalPropose(
      trainingOutputDigest: approval.trainingOutputDigest,
      approval: try UnverifiedEnvelope(attesting: approval, by: [signer]),
      nandaSignature: try signer.sign(NandaRecord(approval).hash))
    let answer: Answer<ApprovalState> = try await session.ask(.governance, .approvalPropose, body.fields)
    try console.answer(answer, about: approval.approvalID, training, session)
  }
}

extension Console {
  /// Where an approval stands after somebody's signature or no.
  func answer(_ answer: Answer<ApprovalState>, about id: ApprovalID) throws {
    let state = answer.value
    guard state.approvalID == id else {
      throw Failure.unverified("governance-plane answered about \(state.approvalID), and \(id) was meant")
    }
    try self.answer(answer.body) {
      ["\(state.approvalID)  \(state.status.rawValue)  signed by \(state.signedText)"]
    }
  }
}
