import ArgumentParser
import Daemon
import PlaneContract
import TrainingPlane

@main
struct Main: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "training-plane", abstract: "Takes what training jobs made, and attests it.",
    version: ProjectVersion.text, subcommands: [Run.self, AcceptClock.self])
}

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Serve until SIGTERM.")

  @Option(help: "The configuration file; config/training-plane.yaml documents every key.")
  var config: String

  func run() async throws { try await PlaneProcess<TrainingPlane>.run(configPath: config) }
}

struct AcceptClock: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say that the clock is right now, whatever this plane has seen; the plane must be stopped.")

  @Option(help: "The configuration file.")
  var config: String

  func run() async throws { print(try await PlaneProcess<TrainingPlane>.acceptClock(configPath: config)) }
}
