import ArgumentParser
import Drift
import Wire

struct CompareSamples: Command {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare two files of values: are they of one distribution? Offline.",
    discussion: """
      A line is a number, or JSON: a number, a text, or an object with one of them in the field that --field names. Numbers are \
      tested by Kolmogorov and Smirnov, texts by chi-square; drift is what is significant and large enough. Exits 1 on drift, 4 where \
      nothing can be told.
      """)

  @Argument(help: "The reference.", completion: .file())
  var reference: String

  @Argument(help: "What is compared with it.", completion: .file())
  var window: String

  @Option(help: ArgumentHelp("The field of JSON objects that holds the value.", valueName: "name"))
  var field = "value"

  @Option(help: "How often to be wrong about samples of one distribution.")
  var alpha = DriftSettings().alpha

  @Option(help: "What the KS statistic, or Cramér's V, must at least be.")
  var minimumEffect = DriftSettings().minimumEffect

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (1e-9...0.5).contains(alpha) else { throw ValidationError("--alpha is from 1e-9 to 0.5") }
    guard (0...1).contains(minimumEffect) else { throw ValidationError("--minimum-effect is from 0 to 1") }
  }

  func perform() async throws {
    var settings = DriftSettings()
    (settings.alpha, settings.minimumEffect) = (alpha, minimumEffect)
    async let first = file(reference)
    async let second = file(window)
    let report = SampleReport(try await first, try await second, settings: settings)
    try console.answer(report.body) { report.lines }
    switch report.drift.outcome {
    case .healthy: return
    case .drifted: throw ExitStatus.denied
    case .insufficientData, .invalid: throw ExitStatus.refused
    }
  }

  private func file(_ path: String) async throws -> ValueFile {
    var file = try ValueFile(reading: path, field: field)
    file.sort()
    return file
  }
}
