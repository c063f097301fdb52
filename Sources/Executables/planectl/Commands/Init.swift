import ArgumentParser
import Attestations
import Signing
import Wire

struct Init: Command {
  static let configuration = CommandConfiguration(
    abstract: "Make a complete home of one user, for trying out.",
    discussion: """
      Makes keys, a signed trust root of version 1, and a config for each of the three planes. An existing home is never \
      touched. One user then holds everybody's keys, which is right for trying out and for nothing else.
      """)

  @OptionGroup var homeOptions: HomeOptions
  @OptionGroup var output: OutputOptions

  @Option(
    help: ArgumentHelp("An approver; say it once for each. Otherwise alice and bob.", valueName: "name"),
    transform: PrincipalID.argument)
  var approver: [PrincipalID] = []

  @Option(
    help: ArgumentHelp("Who submits what was trained. Otherwise trainer.", valueName: "name"),
    transform: PrincipalID.argument)
  var submitter: PrincipalID?

  @Option(help: ArgumentHelp("Who deploys. Otherwise ci.", valueName: "name"), transform: PrincipalID.argument)
  var deployer: PrincipalID?

  @Option(
    help: ArgumentHelp("Who reports what is observed. Otherwise metrics.", valueName: "name"),
    transform: PrincipalID.argument)
  var monitor: PrincipalID?

  @Option(help: ArgumentHelp("Who only reads. Otherwise bridge.", valueName: "name"), transform: PrincipalID.argument)
  var reader: PrincipalID?

  @Option(
    help: ArgumentHelp(
      "From this severity on, 0.3 to 1, drift in staging revokes without a person. Otherwise never.",
      valueName: "severity"))
  var autoRevoke: Double?

  func validate() throws {
    if let autoRevoke, !(0.3...1).contains(autoRevoke) { throw ValidationError("--auto-revoke is from 0.3 to 1") }
  }

  func perform() async throws {
    let roster = try Roster(names)
    let home = Home.place(homeOptions)
    let digest = try NewHome(home: home, roster: roster, autoRevoke: autoRevoke).create()
    try console.answer(["home": .string(home.path), "trust_root_digest": .string(digest.description)]) {
      var fields = Fields()
      fields.add("home", home.path)
      fields.add("people", roster.members.map { "\($0.name) (\($0.role.rawValue))" }.joined(separator: ", "))
      fields.add(
        "policy", "approvers: staging 1, production \(roster.productionApprovers); at most \(NewHome.approvalDays) days"
      )
      fields.add("trust root", digest.description)
      return fields.lines
    }
    say(roster)
  }

  private var names: [(Role, [PrincipalID])] {
    [
      (.approver, approver.isEmpty ? [PrincipalID(checked: "alice"), PrincipalID(checked: "bob")] : approver),
      (.submitter, [submitter ?? PrincipalID(checked: "trainer")]),
      (.deployer, [deployer ?? PrincipalID(checked: "ci")]),
      (.monitor, [monitor ?? PrincipalID(checked: "metrics")]),
      (.reader, [reader ?? PrincipalID(checked: "bridge")]),
    ]
  }

  private func say(_ roster: Roster) {
    if roster.productionApprovers < 2 {
      Console.message("production needs only 1 approver here, because there is only one; name two with --approver")
    }
    Console.message("one user holds all of these keys: for trying out, not for models that matter")
    Console.hint("planectl up starts the three planes")
  }
}
