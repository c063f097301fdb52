import ArgumentParser
import Attestations
import PlaneContract
import Signing
import Wire

struct Revoke: Command {
  static let configuration = CommandConfiguration(
    abstract: "Take back approvals, for ever: what runs on these weights is undeployed.",
    discussion: """
      One signed revocation goes to the governance plane and to the serving plane, and what each says is reported; one \
      approver suffices. With governance down, --weights-hash, or what the serving plane has deployed, says which weights.
      """)

  @Argument(help: "A model, or an approval's id or the beginning of it.")
  var model: String

  @Option(help: ArgumentHelp("Why; it is kept with the revocation.", valueName: "text"))
  var reason: String

  @Option(help: "Only these weights of the model, whatever the planes know of them.", transform: Digest.argument)
  var weightsHash: Digest?

  @OptionGroup var consent: ConsentOptions
  @OptionGroup var caller: CallerOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if caller.socket != nil { throw ValidationError("revoke speaks to two planes; give a --home with both sockets") }
    guard reason.utf8.count <= ModelRevocation.maximumReason else {
      throw ValidationError("the reason is longer than \(ModelRevocation.maximumReason) bytes")
    }
  }

  func perform() async throws {
    let session = try Session(caller, asking: .serving, for: .modelRevoke)
    let targets = try await RevocationTargets(session: session).find(model, weightsHash: weightsHash)
    var fields = Fields()
    for target in targets {
      fields.add("model", target.modelID.text)
      fields.add("weights", target.weightsHash.description)
      fields.add("approval", target.approvalID?.text ?? "every one of these weights")
    }
    fields.add("reason", reason)
    try Consent(consent).obtain(showing: fields, question: "revoke this as \(session.principal.id)?")

    var outcomes: [RevocationOutcome] = []
    for target in targets { outcomes += try await send(target, session) }
    try end(outcomes)
  }

  /// The same statement to both, whatever the first one says.
  private func send(_ target: RevocationTarget, _ session: Session) async throws -> [RevocationOutcome] {
    let revocation = ModelRevocation(
      approvalID: target.approvalID, modelID: target.modelID, weightsHash: target.weightsHash,
      revokedBy: session.principal.id, reason: reason, revokedAt: Timestamp.now().wholeSeconds)
    let body = Revocation(revocation: try UnverifiedEnvelope(attesting: revocation, by: [session.identity.signer]))
    var outcomes: [RevocationOutcome] = []
    for plane in [Role.serving, .governance] {
      let outcome = await RevocationOutcome(asking: plane, body, of: target, session)
      try console.answer(outcome.body) { outcome.lines }
      outcomes.append(outcome)
    }
    return outcomes
  }

  private func end(_ outcomes: [RevocationOutcome]) throws {
    let failures = outcomes.compactMap(\.failure)
    guard !failures.isEmpty else { return }
    for failure in failures where !output.json { console.fail(failure) }
    if failures.contains(where: { $0.status == .unreachable }) {
      Console.hint("run this again once the plane is up; until then the other one tells it as soon as it can")
    }
    throw failures.map(\.status).first { $0 != .unreachable } ?? .unreachable
  }
}
