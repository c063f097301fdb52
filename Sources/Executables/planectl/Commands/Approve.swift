import ArgumentParser
import Attestations
import PlaneContract
import Signing
import Wire

struct Approve: Command {
  static let configuration = CommandConfiguration(abstract: "Sign a proposal that somebody else made.")

  @Argument(help: "The approval's id, or the beginning of it.")
  var id: String

  @OptionGroup var consent: ConsentOptions
  @OptionGroup var caller: CallerOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let session = try Session(caller, asking: .governance, for: .approvalSign)
    let (_, verified, proven) = try await ApprovalDirectory(session: session).verifiedApproval(named: id)
    let held = proven.held
    try Self.check(proven, session.root, now: .now())
    var fields = Fields()
    fields.add(verified.training)
    fields.add(held.predicate)
    fields.add(signatures: verified, root: session.root)
    if let before = session.principal.person.flatMap({ held.quorum.approvers[$0] }) {
      Console.message("\(before.id) has signed this before, and is the same person: no approver is added")
    }
    try Consent(consent).obtain(showing: fields, question: "sign this as \(session.principal.id)?")
    try await send(proven, verified, session)
  }

  /// What governance must have checked is checked again, because an approver's signature is not governance's to spend.
  static func check(_ proven: ProvenApproval, _ root: VerifiedTrustRoot, now: Timestamp) throws {
    let approval = proven.held.predicate
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
    let problems = ApprovalRules.violations(
      approval, output: proven.training, root: root, isNew: false, now: approval.approvedAt)
    guard problems.isEmpty else {
      throw Failure(.refused, "\(approval.approvalID) breaks the rules and was not signed", details: problems)
    }
  }

  /// Signs the very bytes that the others have signed.
  private func send(_ proven: ProvenApproval, _ verified: VerifiedApproval, _ session: Session) async throws {
    let (signer, held) = (session.identity.signer, proven.held)
    let signed = try UnverifiedEnvelope(signing: proven.approval.verified.payload, as: .statement, by: [signer])
    let body = ApprovalSign(
      approvalID: held.predicate.approvalID, signature: signed.signatures[0],
      nandaSignature: try signer.sign(NandaRecord(held.predicate).hash))
    let answer: Answer<ApprovalState> = try await session.ask(.governance, .approvalSign, body.fields)
    try console.answer(answer, of: verified.training, session)
    guard [.pending, .active].contains(answer.value.status) else {
      Console.message(
        "planectl: \(held.predicate.approvalID) is \(answer.value.status.rawValue); a signature cannot help it")
      throw ExitStatus.refused
    }
  }
}
