import ArgumentParser
import Attestations
import Glibc
import MerkleLog
import PlaneContract
import Signing
import Wire

struct Report: Command {
  static let configuration = CommandConfiguration(
    abstract: "Tell the life of a model as an auditor reads it, each line with the entry that says so.",
    discussion: """
      Reads the three planes' logs whole, verifies them, and takes from them all that is about the model; cards and signatures are \
      verified here too. --json and --html hold the proof of each line. A log that was in dispute is named with what it lost. Exits 3 \
      when a plane could not be read and 5 when something does not hold, with the report of the rest. On a host the training plane's \
      socket is open to training jobs alone: without its log a reader's report is said to be, and exits 0.
      """)

  @Argument(help: "The model.", transform: ModelID.argument)
  var model: ModelID

  @Option(
    help: ArgumentHelp(
      "Write it as a page that stands alone, for a browser or a printer; - for stdout.", valueName: "file"),
    completion: .file())
  var html: String?

  @OptionGroup var caller: IdentityOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if html == TextFile.standardOutput, output.json {
      throw ValidationError("--json and --html - both write to stdout; give a file")
    }
  }

  func perform() async throws {
    let session = try Session(caller, asking: .governance, for: .approvalGet)
    let report = try await ModelReport(of: model, session)
    let proofs = html != nil || output.json ? try await report.proofs(session) : []
    if let html { try write(ReportPage(report: report, proofs: proofs), to: html) }
    if output.json {
      try objects(report, proofs)
    } else if html == nil {
      for line in ReportText(report: report, width: TerminalDevice.width(of: STDOUT_FILENO)).lines {
        try console.result(line)
      }
    } else {
      for incident in report.incidents { Console.message("warning: \(shown(incident.sentence))") }
    }
    if let restriction = report.restriction { Console.message("planectl: the report is \(restriction)") }
    if let shortfall = report.shortfall { throw shortfall }
  }

  private func write(_ page: ReportPage, to path: String) throws {
    guard path != TextFile.standardOutput else { return try console.result(String(page.html.dropLast())) }
    try TextFile.replace(Array(page.html.utf8), path: path)
  }

  private func objects(_ report: ModelReport, _ proofs: [[ProvenEntry]]) throws {
    try console.object(report.fields)
    for incident in report.incidents { try console.object(incident.fields) }
    for story in report.stories { try console.object(story.fields) }
    for gap in report.missing {
      try console.object([
        "record": "missing", "plane": .string(gap.plane.planeName), "reason": .string(gap.failure.message),
      ])
    }
    for version in report.papers.versions {
      var fields = version.fields
      VersionStanding(of: version, in: report).append(to: &fields)
      try console.object(fields)
    }
    for approval in report.papers.approvals { try console.object(approval.fields) }
    for (event, proofs) in zip(report.events, proofs) { try console.object(event.fields(proofs: proofs)) }
  }
}
