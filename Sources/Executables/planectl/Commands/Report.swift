import ArgumentParser
import Attestations
import Glibc
import MerkleLog
import PlaneContract
import Signing
import Wire

struct Report: Command {
  static let configuration = CommandConfiguration(
    abstract: "Tell the life of a model as an auditor reads it, each line with its proof.",
    discussion: """
      Reads the three planes' logs whole, verifies them, and takes from them all that is about the model; cards and signatures are \
      verified here too. Exits 3 when a plane could not be read and 5 when something does not hold, with the report of the rest. On a host the \
      training plane's socket is open to training jobs alone: without its log a reader's report is said to be, and exits 0.
      """)

  @Argument(help: "The model.", transform: ModelID.argument)
  var model: ModelID

  @Option(
    help: ArgumentHelp("Write it as a page that stands alone, for a browser or a printer.", valueName: "file"),
    completion: .file())
  var html: String?

  @OptionGroup var caller: CallerOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if caller.socket != nil { throw ValidationError("report asks every plane; give a --home with their sockets") }
  }

  func perform() async throws {
    let session = try Session(caller, asking: .governance, for: .approvalGet)
    let report = try await ModelReport(of: model, session)
    if let html { try TextFile.replace(Array(ReportPage(report: report).html.utf8), path: html) }
    if output.json {
      try await objects(report, session)
    } else if html == nil {
      for line in ReportText(report: report, width: TerminalDevice.width(of: STDOUT_FILENO)).lines {
        try console.result(line)
      }
    }
    if let restriction = report.restriction { Console.message("planectl: the report is \(restriction)") }
    if let shortfall = report.shortfall { throw shortfall }
  }

  private func objects(_ report: ModelReport, _ session: Session) async throws {
    try console.object(report.fields)
    for story in report.stories { try console.object(story.fields) }
    for gap in report.missing {
      try console.object([
        "record": "missing", "plane": .string(gap.plane.planeName), "reason": .string(gap.failure.message),
      ])
    }
    for version in report.papers.versions { try console.object(version.fields) }
    for approval in report.papers.approvals { try console.object(approval.fields) }
    for event in report.events {
      try console.object(event.fields(proofs: try await event.proofs(session)))
    }
  }
}
