import ArgumentParser
import Attestations
import Wire

struct RetirePrincipal: Command {
  static let configuration = CommandConfiguration(
    commandName: "retire-principal",
    abstract: "Let somebody sign nothing new; what the planes have accepted from them counts on.")

  @Argument(help: "Who leaves.", transform: PrincipalID.argument)
  var name: PrincipalID

  @OptionGroup var draft: DraftOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let file = try draft.open()
    let changed = try file.edit { draft in
      let index = try draft.index(of: name)
      guard draft.principals[index].retiredAt == nil else { throw Failure.refused("\(name) is retired already") }
      draft.principals[index] = draft.principals[index].retired(at: Timestamp.now().wholeSeconds)
    }
    try answer(changed, file, "retires \(name)")
  }
}
