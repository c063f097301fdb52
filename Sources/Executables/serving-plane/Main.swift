import ArgumentParser
import Daemon
import PlaneContract
import ServingPlane

@main
struct Main: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serving-plane", abstract: "Deploys what people have approved, and nothing else.",
    version: ProjectVersion.text, subcommands: [Run.self])
}

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Serve until SIGTERM.")

  @Option(help: "The configuration file; config/serving-plane.yaml documents every key.")
  var config: String

  func run() async throws { try await PlaneProcess<ServingPlane>.run(configPath: config) }
}
