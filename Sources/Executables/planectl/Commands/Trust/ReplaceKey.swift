import ArgumentParser
import Attestations
import Signing
import Wire

struct ReplaceKey: Command {
  static let configuration = CommandConfiguration(
    commandName: "replace-key",
    abstract: "Give a plane or somebody a new key; what the old one signed does not count any more.",
    discussion: """
      For a plane: it refuses the new root until it is started again with the new key. For a person whose key was lost and \
      not stolen, retire the name and add another of the same person, so that what was signed counts on.
      """)

  @Argument(help: "Whose key.", transform: PrincipalID.argument)
  var name: PrincipalID

  @Option(
    help: ArgumentHelp(
      "The proof of the new key, or a bare public key; say it once for each.", valueName: "file"), completion: .file())
  var key: [String]

  @OptionGroup var draft: DraftOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let file = try draft.open()
    let keys = try key.map { try EnrolledKey.read($0, of: name) }
    let changed = try file.edit { draft in
      let index = try draft.index(of: name)
      draft.principals[index] = draft.principals[index].with(keys: keys)
    }
    try answer(changed, file, "replaces the key of \(name)")
  }
}
