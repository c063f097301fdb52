import ArgumentParser
import Attestations
import PlaneContract
import Wire

struct Approvals: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List approvals, or export one for other software.",
    subcommands: [ListApprovals.self, ExportApproval.self], defaultSubcommand: ListApprovals.self)
}

struct ListApprovals: Command {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List approvals, newest first.")

  @Option(
    help: ArgumentHelp("Only active ones that expire within this time, like 7d.", valueName: "span"),
    transform: TimeSpan.argument)
  var expiringWithin: TimeSpan?

  @Option(
    help: ArgumentHelp(
      "Only these: \(ApprovalStatus.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "status"))
  var status: ApprovalStatus?

  @Option(help: "Only this model's.", transform: ModelID.argument)
  var model: ModelID?

  @OptionGroup var caller: CallerOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let directory = ApprovalDirectory(session: try Session(caller, asking: .governance, for: .approvalList))
    let items = try await directory.all(status: status, model: model, expiringWithinDays: expiringWithin?.days)
    // An output that nobody has proposed is no approval, unless it was asked for.
    let now = Timestamp.now()
    let approvals = items.filter { ($0.approvalID != nil || status == .submitted) && expires($0, now: now) }
    try console.list(approvals.map(\.fields), Table(approvals, now: now), ifEmpty: "no approval matches")
  }

  /// The plane counts whole days.
  func expires(_ item: ApprovalSummary, now: Timestamp) -> Bool {
    guard let expiringWithin else { return true }
    return item.expiresAt.map { $0 <= now.adding(seconds: expiringWithin.seconds) } ?? false
  }
}

extension ApprovalStatus: ExpressibleByArgument {}
