import ArgumentParser

struct DriftCommands: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drift", abstract: "Compare what a model sees now with what it was trained on.",
    subcommands: [ShowDrift.self, CompareSamples.self, VerifyDrift.self])
}
