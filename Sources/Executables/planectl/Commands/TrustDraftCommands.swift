import ArgumentParser
import Attestations
import Signing
import Wire

// The commands that write the draft of the next trust root. None of them signs anything.

extension Command {
  /// Says where the draft stands after a change.
  func answer(_ draft: TrustRootDraft, _ file: DraftFile, _ sentence: String) throws {
    let verdict = DraftVerdict(DraftFile.Contents(draft: draft, envelope: nil), after: try file.home.trustRoot())
    var body: JSONObject = ["draft": .string(file.path), "change": .string(sentence)]
    for member in verdict.body.members { body.append(member.key, member.value) }
    try console.answer(body) { ["draft of version \(draft.version): \(sentence)"] }
    for problem in verdict.problems { Console.message("it does not hold yet: \(shown(problem))") }
    if verdict.problems.isEmpty {
      Console.hint("planectl trust diff shows what it would change; then planectl trust sign")
    }
  }
}

extension TrustRootDraft {
  /// - Throws: `Failure` when nobody has the name.
  fileprivate func index(of name: PrincipalID) throws -> Int {
    guard let index = principals.firstIndex(where: { $0.id == name }) else {
      throw Failure.refused("the draft knows no \(name)", hint: "planectl trust show lists who there is")
    }
    return index
  }
}

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
    help: ArgumentHelp("The public key; say it once for each.", valueName: "file"), completion: .file())
  var key: [String]

  @OptionGroup var draft: DraftOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let file = try draft.open()
    let duty = role.contains(where: \.isDuty)
    let principal = Principal(
      id: name, person: person ?? (duty ? PersonID(name.text) : nil), roles: role, groups: group,
      keys: try key.map(EnrolledKey.read))
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
    help: ArgumentHelp("The new public key; say it once for each.", valueName: "file"), completion: .file())
  var key: [String]

  @OptionGroup var draft: DraftOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let file = try draft.open()
    let keys = try key.map(EnrolledKey.read)
    let changed = try file.edit { draft in
      let index = try draft.index(of: name)
      draft.principals[index] = draft.principals[index].with(keys: keys)
    }
    try answer(changed, file, "replaces the key of \(name)")
  }
}

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

struct SetPolicy: Command {
  static let configuration = CommandConfiguration(
    commandName: "set-policy",
    abstract: "Change what an environment demands, or take the whole policy from a file.",
    discussion: "A file holds {\"environments\": {…}, \"profiles\": {…}} as in the trust root.")

  @Argument(help: ArgumentHelp("The whole policy as JSON.", valueName: "file"), completion: .file())
  var file: String?

  @OptionGroup var target: EnvironmentOption

  @Option(help: "How many people must approve.")
  var requiredApprovers: Int?

  @Option(help: "How many days an approval lives at most.")
  var maxTTLDays: Int?

  @Option(help: "A group of which somebody must sign; say it once for each.", transform: GroupName.argument)
  var allOf: [GroupName] = []

  @Flag(help: "No group must sign.")
  var noGroups = false

  @Option(help: "How long a lease of this environment lives, in seconds.")
  var leaseSeconds: Int?

  @Flag(help: "Strike the environment out.")
  var remove = false

  @OptionGroup var draft: DraftOptions
  @OptionGroup var output: OutputOptions

  private var fields: JSONObject {
    var fields: JSONObject = [:]
    if let requiredApprovers { fields.append("required_approvers", .init(requiredApprovers)) }
    if let maxTTLDays { fields.append("max_ttl_days", .init(maxTTLDays)) }
    if noGroups { fields.append("all_of", .null) }
    if !allOf.isEmpty { fields.append("all_of", .init(allOf.map(\.text))) }
    if let leaseSeconds { fields.append("lease_seconds", .init(leaseSeconds)) }
    return fields
  }

  func validate() throws {
    guard (file == nil) != (target.environment == nil) else {
      throw ValidationError("give a file, or an environment with what to change")
    }
    guard file != nil || remove != !fields.members.isEmpty else {
      throw ValidationError("say what to change of the environment, or --remove")
    }
    guard !noGroups || allOf.isEmpty else { throw ValidationError("give --all-of or --no-groups, not both") }
  }

  func perform() async throws {
    let draftFile = try draft.open()
    let changed = try draftFile.edit { draft in
      guard let environment = target.environment else {
        draft.policy = try Policy(parsing: TextFile.read(AbsolutePath.of(file ?? "")))
        return
      }
      draft.policy =
        remove ? draft.policy.removing(environment) : try draft.policy.setting(fields, of: environment)
    }
    let sentence = target.environment.map { "\($0): \(changed.policy.setup(of: $0) ?? "removed")" }
    try answer(changed, draftFile, sentence ?? "the policy of \(file ?? "")")
  }
}
