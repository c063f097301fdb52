import ArgumentParser
import Attestations
import Signing
import Wire

struct Init: Command {
  static let configuration = CommandConfiguration(
    abstract: "Make a complete home of one user, for trying out.",
    discussion: """
      Makes keys, a signed trust root of version 1, and a config for each of the three planes and for \
      nanda-bridge. An existing home is never touched. One user then holds everybody's keys, which is right for trying out and for nothing else.

      With --system, as root, it begins a host's home instead: the planes' keys where only root reads them, and a draft of \
      version 1 that names them and the root's public keys. Nobody's secret is made there: people hand in theirs \
      (planectl keygen, planectl trust add-principal), and holders of root keys sign the draft on their own machines.
      """)

  @OptionGroup var homeOptions: HomeOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup(title: "On a host") var host: HostOptions

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
    try host.validate()
    let namesSomebody = !approver.isEmpty || [submitter, deployer, monitor, reader].contains { $0 != nil }
    if host.system, namesSomebody || autoRevoke != nil {
      throw ValidationError("with --system nobody is named here: planectl trust add-principal NAME --key enrols people")
    }
  }

  func perform() async throws {
    if host.system { return try begin(host, at: Home(path: homeOptions.home ?? Home.systemPath)) }
    let roster = try Roster(names)
    let home = Home.place(homeOptions)
    let digest = try NewHome(home: home, roster: roster, autoRevoke: autoRevoke).create()
    try console.answer(["home": .string(home.path), "trust_root_digest": .string(digest.description)]) {
      var fields = Fields()
      fields.add("home", home.path)
      fields.add("people", roster.members.map { "\($0.name) (\($0.role.rawValue))" }.joined(separator: ", "))
      fields.add(
        "policy",
        "approvers: staging 1, production \(roster.productionApprovers); at most \(Policy.firstApprovalDays) days"
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
    Console.hint("planectl up starts the three planes, and with --bridge nanda-bridge too")
  }
}
