import ArgumentParser
import Attestations
import Glibc
import PlaneContract
import Signing
import WeightsDigest
import Wire

struct Authorize: Command {
  static let configuration = CommandConfiguration(
    abstract: "Ask whether a model may run in an environment now. Exits 0 when it may and 1 when not.",
    discussion: "Without weights only what is deployed there is allowed.")

  @Argument(help: "The model.", transform: ModelID.argument)
  var model: ModelID

  @OptionGroup var target: EnvironmentOption

  @Option(help: "The scope of use.", transform: ScopeName.argument)
  var scope: ScopeName?

  @Option(help: "Weights to ask about; hashed here.", completion: .file())
  var weights: String?

  @Option(help: "The digest of weights to ask about.", transform: Digest.argument)
  var weightsHash: Digest?

  @Option(help: "Ask about this approval only, by its id or the beginning of it.")
  var approval: String?

  @Flag(help: "Print the decision as a signed statement, and the gates on stderr.")
  var attest = false

  @OptionGroup var caller: CallerOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if weights != nil, weightsHash != nil { throw ValidationError("give --weights or --weights-hash, not both") }
  }

  func perform() async throws {
    let session = try Session(caller, asking: .serving, for: .modelAuthorize)
    let hash = try weights.map { try ProgressBar.hash(path: $0).digest } ?? weightsHash
    let named = try await approval.map { ApprovalReference(text: $0, model: model) }?.resolve(session)
    let question = GateQuestion(
      modelID: model, environment: target.environment, scope: scope, approvalID: named, weightsHash: hash)
    let body = try await session.ask(
      .serving, .modelAuthorize, ModelAuthorize(question: question, attest: attest).fields,
      timeout: PlaneClient.patience)
    let statement = try verified(body, session.root)
    let decision = body["decision"]?.object ?? [:]
    let report = GateReport(decision)
    try tell(report, body, statement)
    guard !report.passed else { return }
    let hint = DenialHint(
      decision, environment: target.environment, approvalID: named, policy: session.root.policy)
    hint.text.map(Console.hint)
    throw ExitStatus.denied
  }

  /// The answer must be about what was asked; the statement, where one was wanted, must be the serving plane's.
  private func verified(_ body: JSONObject, _ root: VerifiedTrustRoot) throws -> UnverifiedEnvelope? {
    guard body["decision"]?.object?["resourceUri"]?.string == "nanda-model:\(model)" else {
      throw Failure.unverified("serving-plane decided about another model than \(model)")
    }
    guard attest else { return nil }
    guard let value = body["attestation"], !value.isNull else {
      throw Failure.unverified("serving-plane returned no signed statement")
    }
    let envelope = try UnverifiedEnvelope(json: value, maximumPayload: AttestationFormat.maximumPayload)
    return try envelope.verified(as: .statement, by: root.keys(of: .serving)).envelope
  }

  /// The table on stdout; where a statement was wanted, that alone, and the table besides it on stderr.
  private func tell(_ report: GateReport, _ body: JSONObject, _ statement: UnverifiedEnvelope?) throws {
    guard let statement, !output.json else {
      return try console.answer(body) { lines(report, width: TerminalDevice.width(of: STDOUT_FILENO)) }
    }
    for line in lines(report, width: TerminalDevice.width(of: STDERR_FILENO)) { Console.message(line) }
    try console.result(statement.json.jsonText)
  }

  private func lines(_ report: GateReport, width: Int?) -> [String] {
    let place = target.environment.map { "in \($0)" } ?? "without an environment"
    return ["\(report.passed ? "allowed" : "denied"): \(model) \(place)"] + report.table.lines(width: width)
  }
}
