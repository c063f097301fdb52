import ArgumentParser
import Attestations
import Wire

struct RemovePrincipal: Command {
  static let configuration = CommandConfiguration(
    commandName: "remove-principal",
    abstract: "Strike somebody out, as when a key was stolen: nothing that they ever signed counts any more.")

  @Argument(help: "Whom to strike out.", transform: PrincipalID.argument)
  var name: PrincipalID

  @OptionGroup var draft: DraftOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let file = try draft.open()
    let changed = try file.edit { draft in draft.principals.remove(at: try draft.index(of: name)) }
    try answer(changed, file, "removes \(name)")
  }
}
