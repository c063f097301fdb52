import ArgumentParser
import Attestations
import PlaneContract
import Signing
import Wire

struct Revoke: Command {
  static let configuration = CommandConfiguration(
    abstract: "Take back approvals, for ever: what runs on these weights is undeployed.",
    discussion: """
      What governance has approved and what serving has ever deployed says which weights are meant. One signed revocation \
      goes to both planes, and what each says is reported; one approver suffices. Exits 3 when a plane was away, or when \
      something revoked is served still.
      """)

  @Argument(help: "A model, or an approval's id or the beginning of it.")
  var model: String

  @Option(help: ArgumentHelp("Why; it is kept with the revocation.", valueName: "text"), transform: Reason.argument)
  var reason: String

  @Option(help: "Only these weights of the model, whatever the planes know of them.", transform: Digest.argument)
  var weightsHash: Digest?

  @OptionGroup var consent: ConsentOptions
  @OptionGroup var caller: IdentityOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let session = try Session(caller, asking: .serving, for: .modelRevoke)
    let known = await KnownUses(askedBy: session)
    let targets = try find(known)
    let fields = Fields(revoking: targets, of: known, reason: reason)
    try Consent(consent).obtain(showing: fields, question: "revoke this as \(session.principal.id)?")

    var outcomes: [RevocationOutcome] = []
    for target in targets { outcomes += try await send(target, known, session) }
    let aftermath = await Aftermath(of: targets, outcomes, session)
    try end(outcomes.compactMap(\.failure) + gaps(known, besides: outcomes), aftermath)
  }

  private func find(_ known: KnownUses) throws -> [RevocationTarget] {
    if let weightsHash {
      guard let model = ModelID(model) else { throw Failure.refused("\(model) is no model: expected \(ModelID.rule)") }
      return [RevocationTarget(modelID: model, weightsHash: weightsHash, approvalID: nil)]
    }
    let targets = try RevocationTargets(known: known).matching(model)
    for gap in known.gaps { Console.message(gap) }
    return targets
  }

  /// A plane that could not say what it knows leaves work undone. Weights that were named leave nothing to be known, and what an
  /// outcome says already is not said again.
  private func gaps(_ known: KnownUses, besides outcomes: [RevocationOutcome]) -> [Failure] {
    guard weightsHash == nil else { return [] }
    return known.failures.compactMap { plane, gap in
      outcomes.contains { $0.plane == plane && $0.failure?.status == gap.status } ? nil : gap
    }
  }

  /// The same statement to both, whatever the first one says. Its moment is the finest that the clock has: one rounded down would
  /// spare an approval of the same second.
  private func send(
    _ target: RevocationTarget, _ known: KnownUses, _ session: Session
  ) async throws -> [RevocationOutcome] {
    let clocks = [Role.serving, .governance].compactMap { session.root.plane($0)?.id }
    let revocation = ModelRevocation(
      approvalID: target.approvalID, modelID: target.modelID, weightsHash: target.weightsHash,
      revokedBy: session.principal.id, reason: reason, revokedAt: session.clocks.now(atFirstOf: clocks))
    let body = Revocation(revocation: try UnverifiedEnvelope(attesting: revocation, by: [session.identity.signer]))
    let wasRevoked = known.isRevoked(target.weightsHash)
    var outcomes: [RevocationOutcome] = []
    for plane in [Role.serving, .governance] {
      let outcome = await RevocationOutcome(asking: plane, body, of: target, wasRevoked: wasRevoked, session)
      try console.answer(outcome.body) { outcome.lines }
      outcomes.append(outcome)
    }
    return outcomes
  }

  private func end(_ failures: [Failure], _ aftermath: Aftermath) throws {
    for line in aftermath.lines { Console.message(line) }
    let failures = failures + aftermath.failures
    guard !failures.isEmpty || !aftermath.lines.isEmpty else { return }
    var told: Set<String> = []
    for failure in failures where !output.json && told.insert(failure.message).inserted { console.fail(failure) }
    if failures.contains(where: { $0.status == .unreachable }) {
      Console.hint("run this again once the plane is up; until then the other one tells it as soon as it can")
    }
    throw failures.map(\.status).first { $0 != .unreachable } ?? .unreachable
  }
}
