import ArgumentParser
import NandaBridge
import PlaneContract

@main
struct Main: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nanda-bridge", abstract: "Tells the NANDA network which models may run, with proof.",
    version: ProjectVersion.text, subcommands: [Run.self])
}

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Serve until SIGTERM.")

  @Option(help: "The configuration file; config/nanda-bridge.yaml documents every key.")
  var config: String

  func run() async throws { try await BridgeProcess.run(configPath: config) }
}
