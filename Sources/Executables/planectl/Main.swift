import ArgumentParser
import PlaneContract

/// The command line of the planes. It links no plane and opens no plane's database: it signs, asks, and verifies what answers.
@main
struct Planectl: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "planectl",
    abstract: "Submit, approve, deploy and revoke models under three planes that check each other.",
    discussion: """
      Exit status: 0 done or allowed, 1 denied, 2 wrong usage, 3 a plane is unreachable or overloaded, 4 refused or \
      invalid input, 5 something did not verify.
      """,
    version: ProjectVersion.text,
    groupedSubcommands: [
      CommandGroup(name: "Home:", subcommands: [Init.self, Up.self, Down.self, Status.self, Keygen.self]),
      CommandGroup(name: "Trust:", subcommands: [Trust.self]),
      CommandGroup(name: "Training jobs:", subcommands: [Submit.self, Hash.self, MetadataCommands.self]),
      CommandGroup(
        name: "Approvers:",
        subcommands: [
          Pending.self, Show.self, Propose.self, Approve.self, Reject.self, Approvals.self, Models.self, Revoke.self,
        ]),
      CommandGroup(
        name: "Deployers:",
        subcommands: [Deploy.self, Rollback.self, Undeploy.self, Deployments.self, Authorize.self]),
      CommandGroup(name: "Monitors:", subcommands: [Observe.self, DriftCommands.self]),
      CommandGroup(
        name: "Auditors:", subcommands: [Log.self, Report.self, Watch.self, BundleCommands.self, Nanda.self]),
    ])

  /// Parses and runs; every way out has its exit status from `ExitStatus`.
  static func main() async {
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch let status as ExitStatus {
      exit(withError: ExitCode(status.rawValue))
    } catch  where exitCode(for: error).isSuccess {
      exit(withError: error)
    } catch {
      let unknown = UnknownCommand(CommandLine.arguments.dropFirst())
      let message = unknown?.message ?? message(for: error)
      if CommandLine.arguments.contains("--json") { try? Console(json: true).object(Failure(.usage, message).body) }
      Console.message(unknown.map { "planectl: \($0.message)" } ?? fullMessage(for: error))
      exit(withError: ExitCode(ExitStatus.usage.rawValue))
    }
  }
}
