import ArgumentParser
import Attestations
import Signing
import Wire

struct AddPrincipal: Command {
  static let configuration = CommandConfiguration(
    commandName: "add-principal", abstract: "Add somebody, or a robot that somebody answers for, to the draft.")

  @Argument(help: "The new name.", transform: PrincipalID.argument)
  var name: PrincipalID

  @Option(help: "submitter, approver, deployer, monitor or reader; training, governance or serving for a plane.")
  var role: [Role]

  @Option(
    help: "Who it is or who answers for it. Otherwise the name, for who submits, approves or deploys.",
    transform: PersonID.argument)
  var person: PersonID?

  @Option(help: "A group that a policy may ask for; say it once for each.", transform: GroupName.argument)
  var group: [GroupName] = []

  @Option(
    help: ArgumentHelp(
      "The proof that keygen writes, or a bare public key (SPKI PEM, an ssh-ed25519 line); say it once for each.",
      valueName: "file"), completion: .file())
  var key: [String]

  @OptionGroup var draft: DraftOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let file = try draft.open()
    let duty = role.contains(where: \.isDuty)
    let principal = Principal(
      id: name, person: person ?? (duty ? PersonID(name.text) : nil), roles: role, groups: group,
      keys: try key.map { try EnrolledKey.read($0, of: name) })
    let changed = try file.edit { draft in
      guard !draft.principals.contains(where: { $0.id == name }) else {
        throw Failure.refused("there is a \(name) already", hint: "take another name, or planectl trust replace-key")
      }
      draft.principals.append(principal)
    }
    let roles = role.map(\.rawValue).joined(separator: ", ")
    try answer(changed, file, "adds \(name) (\(roles)\(principal.person.map { ", person \($0)" } ?? ""))")
  }
}

extension Role: ExpressibleByArgument {}
