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
  static let configuration = CommandConfiguration(abstract: "Run the plane until SIGTERM.")

  @Option(help: "The plane's configuration, a YAML file.") var config: String

  func run() async throws { try await PlaneProcess<ServingPlane>.run(configPath: config) }
}
