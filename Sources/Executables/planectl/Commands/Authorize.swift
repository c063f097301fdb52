import ArgumentParser
import Attestations
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

  @Option(help: "Ask about this approval only.", transform: ApprovalID.argument)
  var approval: ApprovalID?

  @Flag(help: "Also print the decision as a signed statement.")
  var attest = false

  @OptionGroup var caller: CallerOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if weights != nil, weightsHash != nil { throw ValidationError("give --weights or --weights-hash, not both") }
  }

  func perform() async throws {
    let session = try Session(caller, asking: .serving, for: .modelAuthorize)
    let hash = try weights.map { try ProgressBar.hash(path: $0).digest } ?? weightsHash
    let question = GateQuestion(
      modelID: model, environment: target.environment, scope: scope, approvalID: approval, weightsHash: hash)
    let body = try await session.ask(
      .serving, .modelAuthorize, ModelAuthorize(question: question, attest: attest).fields,
      timeout: PlaneClient.patience)
    let statement = try verified(body, session.root)
    let report = GateReport(body["decision"]?.object ?? [:])
    try console.answer(body) { lines(report) + (statement.map { [$0.json.jsonText] } ?? []) }
    guard report.passed else { throw ExitStatus.denied }
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

  private func lines(_ report: GateReport) -> [String] {
    let place = target.environment.map { "in \($0)" } ?? "without an environment"
    var table = Table("GATE", "RESULT", "REASON")
    for line in report.lines { table.add(line.gate, line.passed ? "ok" : "FAILED", line.reason) }
    return ["\(report.passed ? "allowed" : "denied"): \(model) \(place)"] + table.lines(width: nil)
  }
}
