import ArgumentParser
import Attestations
import Wire

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
