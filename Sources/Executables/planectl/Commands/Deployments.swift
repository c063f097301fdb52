import ArgumentParser
import Attestations
import PlaneContract
import Wire

struct Deployments: Command {
  static let configuration = CommandConfiguration(
    abstract: "List what runs where, what ran at a moment, or all that ever ran.",
    discussion: """
      What is deploying is not served yet: somebody waits for it, and it is shown how much of the weights was read. What is \
      undeploying was condemned, and the endpoint has not let go of it yet.
      """)

  @OptionGroup var target: EnvironmentOption

  @Option(help: "Only this model's.", transform: ModelID.argument)
  var model: ModelID?

  @Flag(help: "All that ever ran, newest first.")
  var history = false

  @Option(
    help: ArgumentHelp("What ran at this moment, like 2026-01-02T03:04:05Z.", valueName: "time"),
    transform: Deployments.moment)
  var at: Timestamp?

  @OptionGroup var caller: CallerOptions
  @OptionGroup var output: OutputOptions

  static func moment(_ text: String) throws -> Timestamp {
    guard let time = Timestamp(message: text) ?? Timestamp(attestation: text) else {
      throw ValidationError("expected a time like 2026-01-02T03:04:05Z")
    }
    return time
  }

  func validate() throws {
    if history, at != nil { throw ValidationError("give --history or --at, not both") }
  }

  func perform() async throws {
    let session = try Session(caller, asking: .serving, for: .deploymentList)
    let items = try await Deployment(session: session).list(
      model: model, environment: target.environment, at: at, history: history)
    try console.list(items.map(\.fields), Table(items), ifEmpty: "nothing is deployed")
  }
}

extension Table {
  /// With a column for scopes where anything was deployed for one.
  init(_ items: [DeploymentSummary]) {
    let hasScopes = items.contains { $0.scope != nil }
    self.init(
      ["MODEL", "ENVIRONMENT"] + (hasScopes ? ["SCOPE"] : [])
        + ["STATE", "WEIGHTS", "APPROVAL", "SINCE", "UNTIL", "BY"])
    for item in items {
      add(
        [item.modelID.text, item.environment.text] + (hasScopes ? [item.scope?.text ?? ""] : []) + [
          Self.state(item), item.weightsHash.short, item.approvalID.text,
          (item.deployedAt ?? item.progress?.startedAt)?.wholeSeconds.attestationText ?? "",
          item.endedAt?.wholeSeconds.attestationText ?? "",
          item.deployedBy.text,
        ])
    }
  }

  /// `deploying, 45 % of 3.4 GB`
  private static func state(_ item: DeploymentSummary) -> String {
    guard let progress = item.progress, let total = progress.bytesTotal, total > 0 else { return item.state.rawValue }
    let percent = min(progress.bytesDone, total) * 100 / total
    return "\(item.state.rawValue), \(percent) % of \(ByteCount.text(Int64(total)))"
  }
}
