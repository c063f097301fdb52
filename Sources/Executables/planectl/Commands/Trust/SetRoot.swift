import ArgumentParser
import Attestations
import Signing
import Wire

struct SetRoot: Command {
  static let configuration = CommandConfiguration(
    commandName: "set-root", abstract: "Change the root keys, how many of them must sign, or how long the root lives.")

  @Option(help: ArgumentHelp("A new public root key.", valueName: "file"), completion: .file())
  var addKey: [String] = []

  @Option(help: ArgumentHelp("A public root key to strike out.", valueName: "file"), completion: .file())
  var removeKey: [String] = []

  @Option(help: "How many root keys must sign.")
  var threshold: Int?

  @Option(
    help: ArgumentHelp("How long the root lives from now, like 365d.", valueName: "span"), transform: TimeSpan.argument)
  var lifetime: TimeSpan?

  @OptionGroup var draft: DraftOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard !addKey.isEmpty || !removeKey.isEmpty || threshold != nil || lifetime != nil else {
      throw ValidationError("say what to change: --add-key, --remove-key, --threshold or --lifetime")
    }
    guard threshold.map({ (1...16).contains($0) }) ?? true else { throw ValidationError("a threshold is 1 to 16") }
  }

  func perform() async throws {
    let file = try draft.open()
    let (new, old) = (try addKey.map(EnrolledKey.read), try removeKey.map(EnrolledKey.read))
    let changed = try file.edit { draft in
      for key in old where !draft.rootKeys.contains(key) { throw Failure.refused("\(key) is no root key") }
      draft.rootKeys = draft.rootKeys.filter { !old.contains($0) } + new
      draft.threshold = threshold ?? draft.threshold
      guard let lifetime else { return }
      draft.issuedAt = Timestamp.now().wholeSeconds
      draft.expiresAt = draft.issuedAt.adding(seconds: lifetime.seconds)
    }
    try answer(
      changed, file, "\(changed.threshold) of \(changed.rootKeys.count) root keys sign, until \(changed.expiresAt)")
  }
}
