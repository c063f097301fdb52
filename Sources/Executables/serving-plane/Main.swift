import ArgumentParser
import Daemon
import PlaneContract
import ServingPlane

@main
struct Main: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serving-plane", abstract: "Deploys what people have approved, and nothing else.",
    version: ProjectVersion.text, subcommands: [Run.self, AcceptClock.self])
}

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Serve until SIGTERM.")

  @Option(help: "The configuration file; config/serving-plane.yaml documents every key.")
  var config: String

  func run() async throws { try await PlaneProcess<ServingPlane>.run(configPath: config) }
}

struct AcceptClock: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say that the clock is right now, whatever this plane has seen; the plane must be stopped.")

  @Option(help: "The configuration file.")
  var config: String

  func run() async throws { print(try await PlaneProcess<ServingPlane>.acceptClock(configPath: config)) }
}
