import ArgumentParser
import Attestations
import PlaneContract
import Wire

struct Pending: Command {
  static let configuration = CommandConfiguration(
    abstract: "List what waits for approvers: outputs nobody has proposed, and proposals that lack signatures.")

  @OptionGroup var caller: CallerOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let directory = ApprovalDirectory(session: try Session(caller, asking: .governance, for: .approvalList))
    let items = try await directory.all(status: .submitted) + directory.all(status: .pending)
    try console.list(items.map(\.fields), Table(items, now: .now()), ifEmpty: "nothing waits for approvers")
  }
}
