import ArgumentParser
import Wire

struct VerifyTrust: Command {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Say whether the draft follows the installed trust root, and what it lacks.")

  @OptionGroup var draft: DraftOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let file = try draft.open()
    let reset = ResetFile(home: file.home, path: file.path)
    if let contents = try reset.read() { return try verify(contents, in: reset) }
    let verdict = DraftVerdict(try file.existing(), after: try file.home.installedRoot())
    try console.answer(verdict.body) { verdict.isComplete ? verdict.lines : [] }
    guard !verdict.isComplete else { return }
    for line in verdict.lines { Console.message("planectl: \(shown(line))") }
    throw ExitStatus.unverified
  }
}
