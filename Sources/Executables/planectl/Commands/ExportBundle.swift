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
      What could not be had is said, and the file is checked before it is written. A checkpoint is cosigned some seconds after \
      the entry that it covers; export again when none was.
      """)

  @Argument(help: "The approval's id, or the beginning of it.")
  var id: String

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Where to write it; stdout without.", valueName: "file"), completion: .file())
  var destination: String?

  @OptionGroup var caller: CallerOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let session = try Session(caller, asking: .governance, for: .approvalGet)
    let gathering = try BundleGathering(session: session, trust: session.home.trustRoots())
    let gathered = try await gathering.papers(of: id)
    for missing in gathered.missing { Console.message("not in the bundle: \(shown(missing))") }
    let bytes = gathered.bundle.serialized
    let report = BundleVerifier.report(
      on: bytes, BundleQuestion(rootDigest: session.root.originDigest, moment: .now(.now())))
    try write(bytes, report)
    guard report.outcome == .papersFailed || report.outcome == .notBundle else { return }
    throw Failure(
      .unverified, "the bundle does not verify", details: failures(report),
      hint: gathered.missing.isEmpty ? nil : "export again when the planes named above can be asked")
  }

  /// With `--json` the report, where the bundle itself goes to a file.
  private func write(_ bytes: [UInt8], _ report: BundleReport) throws {
    guard let destination else {
      return try console.result(String(decoding: bytes.dropLast(), as: UTF8.self))
    }
    try TextFile.replace(bytes, path: destination)
    try console.answer(report.json) {
      ["\(shown(destination)): \(bytes.count) bytes"] + failures(report).map { "as of now it says no: \($0)" }
    }
  }

  private func failures(_ report: BundleReport) -> [String] {
    report.results.filter { $0.passed == false }.map { "\($0.check.rawValue): \($0.reason)" }
  }
}
