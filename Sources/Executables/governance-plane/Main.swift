import ArgumentParser
import Daemon
import GovernancePlane
import PlaneContract

@main
struct Main: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "governance-plane", abstract: "Collects the signatures of approvers, and decides.",
    version: ProjectVersion.text, subcommands: [Run.self, AcceptClock.self])
}

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Serve until SIGTERM.")

  @Option(help: "The configuration file; config/governance-plane.yaml documents every key.")
  var config: String

  func run() async throws { try await PlaneProcess<GovernancePlane>.run(configPath: config) }
}

struct AcceptClock: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say that the clock is right now, whatever this plane has seen; the plane must be stopped.")

  @Option(help: "The configuration file.")
  var config: String

  func run() async throws { print(try await PlaneProcess<GovernancePlane>.acceptClock(configPath: config)) }
}
