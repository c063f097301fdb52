import ArgumentParser
import Attestations
import PlaneContract
import Signing
import Wire

struct Approve: Command {
  static let configuration = CommandConfiguration(
    abstract: "Sign a proposal that somebody else made.",
    discussion: """
      What is signed is fetched once, verified here against the trust root, and shown before it is signed, the digest of the \
      weights last.
      """)

  @Argument(help: "The approval's id, or the beginning of it.")
  var id: String

  @OptionGroup var consent: ConsentOptions
  @OptionGroup var caller: CallerOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let session = try Session(caller, asking: .governance, for: .approvalSign)
    let directory = ApprovalDirectory(session: session)
    let (_, verified, proven) = try await directory.verifiedApproval(named: id)
    try Self.check(proven, verified.detail.status, session.root, now: .now())
    let review = try await directory.review(verified)
    for line in review.fields.lines { Console.message(line) }
    try Self.refuse(review.rules.failures, proven.held.predicate)
    if let before = session.principal.person.flatMap({ proven.held.quorum.approvers[$0] }) {
      Console.message("\(before.id) has signed this before, and is the same person: no approver is added")
    }
    try Consent(consent).obtain("sign this as \(session.principal.id)?")
    try await send(proven, session)
  }

  /// What governance must have checked is checked again, because an approver's signature is not governance's to spend.
  static func check(
    _ proven: ProvenApproval, _ status: ApprovalStatus, _ root: VerifiedTrustRoot, now: Timestamp
  ) throws {
    let approval = proven.held.predicate
    guard !status.hasEnded else {
      throw Failure.refused(
        "\(approval.approvalID) is \(status.rawValue) and was not signed", hint: "propose the model again")
    }
    guard now < approval.expiresAt else {
      throw Failure.refused("\(approval.approvalID) expired at \(approval.expiresAt)", hint: "propose the model again")
    }
    // A revocation spares what is approved after it, so one dated ahead would outlive revocations to come.
    guard approval.approvedAt <= now.adding(seconds: Message.clockSkewSeconds) else {
      throw Failure.refused(
        "\(approval.approvalID) is dated ahead, at \(approval.approvedAt), and was not signed",
        hint: "it is \(now) here; reject it unless this clock is wrong")
    }
    // As of its own moment: that it was made a while ago is no fault of a proposal that waits for signatures.
    try refuse(
      ApprovalRules.violations(
        approval, output: proven.training, root: root, isNew: false, now: approval.approvedAt), approval)
  }

  private static func refuse(_ problems: [String], _ approval: ModelApproval) throws {
    guard !problems.isEmpty else { return }
    throw Failure(.refused, "\(approval.approvalID) breaks the rules and was not signed", details: problems)
  }

  /// Signs the very bytes that were shown, which are those that the others have signed.
  private func send(_ proven: ProvenApproval, _ session: Session) async throws {
    let (signer, approval) = (session.identity.signer, proven.held.predicate)
    let signed = try UnverifiedEnvelope(signing: proven.approval.verified.payload, as: .statement, by: [signer])
    let body = ApprovalSign(
      approvalID: approval.approvalID, signature: signed.signatures[0],
      nandaSignature: try signer.sign(NandaRecord(approval).hash))
    let answer: Answer<ApprovalState> = try await session.ask(.governance, .approvalSign, body.fields)
    try console.answer(answer, about: approval.approvalID, proven.training, session)
    guard [.pending, .active].contains(answer.value.status) else {
      Console.message("planectl: \(approval.approvalID) is \(answer.value.status.rawValue); a signature cannot help it")
      throw ExitStatus.refused
    }
  }
}
