import ArgumentParser
import Attestations
import Drift
import Glibc
import PlaneContract
import Signing
import Wire

struct ShowDrift: Command {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show how a model's windows compare with what it was trained on.",
    discussion: """
      Lists the last checks that governance signed. The newest, or the one that --check names, is computed again here from the \
      monitor's signed values and the submitter's signed baseline; --save keeps it with both for planectl drift verify.
      """)

  @Argument(help: "The model.", transform: ModelID.argument)
  var model: ModelID

  @OptionGroup var target: EnvironmentOption

  @Option(help: "How many windows.")
  var limit = 20

  @Option(help: ArgumentHelp("The digest of one check.", valueName: "digest"), transform: Digest.argument)
  var check: Digest?

  @Option(
    help: ArgumentHelp("Draw baseline and window, and metrics over time.", valueName: "file"), completion: .file())
  var svg: String?

  @Option(help: ArgumentHelp("Keep the check with what it was computed from.", valueName: "file"), completion: .file())
  var save: String?

  @OptionGroup var caller: CallerOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard DriftGet.limits.contains(limit) else { throw ValidationError("--limit is from 1 to 100") }
  }

  func perform() async throws {
    let session = try Session(caller, asking: .governance, for: .driftGet)
    let checks = try await VerifiedDriftCheck.list(of: model, in: target.environment, limit: limit, session)
    guard let chosen = check ?? checks.first?.digest else {
      return Console.message("no window of \(model) has been judged; planectl observe reports one")
    }
    let item = try await VerifiedDriftCheck.item(chosen, of: model, session)
    let verified = try VerifiedDriftCheck(item.value, root: session.root)
    try tell(DriftTable(checks: checks.map(\.predicate)), checks)
    if let save { try TextFile.replace(item.body.serialized() + [UInt8(ascii: "\n")], path: save) }
    if let svg {
      let drawing = DriftDrawing(verified, earlier: DriftTable(checks: checks.map(\.predicate)))
      try TextFile.replace(Array(drawing.svg.utf8), path: svg)
    }
  }

  private func tell(_ table: DriftTable, _ checks: [Attested<DriftCheck>]) throws {
    guard !output.json else {
      for check in checks {
        var body: JSONObject = ["digest": .string(check.digest.description)]
        for member in check.predicate.fields.members { body.append(member.key, member.value) }
        try console.object(body)
      }
      return
    }
    let width = TerminalDevice.width(of: STDOUT_FILENO)
    for line in table.windows.lines(width: width) { try console.result(line) }
    guard let findings = table.findings else { return }
    try console.result("")
    for line in findings.lines(width: width) { try console.result(line) }
  }
}
