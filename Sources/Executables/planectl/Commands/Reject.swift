import ArgumentParser
import Attestations
import PlaneContract
import Signing
import Wire

struct Reject: Command {
  static let configuration = CommandConfiguration(abstract: "Close a proposal with a signed no. One is enough.")

  @Argument(help: "The approval's id, or the beginning of it.")
  var id: String

  @Option(help: ArgumentHelp("Why; it is kept with the decision.", valueName: "text"), transform: Reason.argument)
  var reason: String

  @OptionGroup var consent: ConsentOptions
  @OptionGroup var caller: CallerOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let session = try Session(caller, asking: .governance, for: .approvalReject)
    let (_, _, proven) = try await ApprovalDirectory(session: session).verifiedApproval(named: id)
    let held = proven.held
    let rejection = ApprovalRejection(
      subject: held.predicate.subject, approvalID: held.predicate.approvalID, approvalDigest: held.digest,
      rejectedBy: session.principal.id, reason: reason, rejectedAt: Timestamp.now().wholeSeconds)
    var fields = Fields()
    fields.add(held.predicate)
    fields.add(signers: held.quorum)
    fields.add("reason", reason)
    try Consent(consent).obtain(showing: fields, question: "reject this as \(session.principal.id)?")

    let decision = try UnverifiedEnvelope(attesting: rejection, by: [session.identity.signer])
    let answer: Answer<ApprovalState> = try await session.ask(
      .governance, .approvalReject, ApprovalReject(decision: decision).fields)
    try console.answer(answer, about: held.predicate.approvalID)
  }
}
