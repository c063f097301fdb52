import ArgumentParser
import Daemon
import PlaneContract
import TrainingPlane

@main
struct Main: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "training-plane", abstract: "Takes what training jobs made, and attests it.",
    version: ProjectVersion.text, subcommands: [Run.self])
}

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Serve until SIGTERM.")

  @Option(help: "The configuration file; config/training-plane.yaml documents every key.")
  var config: String

  func run() async throws { try await PlaneProcess<TrainingPlane>.run(configPath: config) }
}
