import ArgumentParser
import Attestations
import Bundles
import PlaneContract
import Signing
import Wire

struct ExportBundle: Command {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Gather the papers of an approval from the planes into one file.",
    discussion: """
      What could not be had is said. The bundle is checked first, and written only when its papers are right: until then the file \
      stays as it is. A checkpoint is cosigned some seconds after the entry that it covers; export again when none was.
      """)

  @Argument(help: "The approval's id, or the beginning of it.")
  var id: String

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Where to write it; stdout without, or with -.", valueName: "file"), completion: .file())
  var destination: String?

  @OptionGroup var caller: CallerOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let session = try Session(caller, asking: .governance, for: .approvalGet)
    let gathering = try BundleGathering(session: session, trust: session.home.trustRoots())
    let gathered = try await gathering.papers(of: id)
    for gap in gathered.gaps { Console.message("not in the bundle: \(shown(gap.sentence))") }
    let bytes = gathered.bundle.serialized
    let report = BundleVerifier.report(
      on: bytes, BundleQuestion(rootDigest: session.root.originDigest, moment: .now(.now())))
    guard report.outcome == .allowed || report.outcome == .denied else { throw incomplete(gathered, report) }
    try write(bytes, report)
  }

  /// With `--json` the report, where the bundle itself goes to a file.
  private func write(_ bytes: [UInt8], _ report: BundleReport) throws {
    guard let destination, destination != TextFile.standardOutput else {
      return try console.result(String(decoding: bytes.dropLast(), as: UTF8.self))
    }
    try TextFile.replace(bytes, path: destination)
    try console.answer(report.json) {
      ["\(shown(destination)): \(bytes.count) bytes"] + failures(report).map { "as of now it says no: \($0)" }
    }
  }

  private func incomplete(_ gathered: GatheredPapers, _ report: BundleReport) -> Failure {
    let kinds = gathered.gaps.map(\.kind) + (report.failed.contains(.evidenceWitnesses) ? [.young] : [])
    return Failure(
      .unverified, "the bundle does not verify, so nothing was written", details: failures(report),
      hint: kinds.min().flatMap(BundleGap.hint))
  }

  private func failures(_ report: BundleReport) -> [String] {
    report.results.filter { $0.passed == false }.map { "\($0.check.rawValue): \($0.reason)" }
  }
}
