import ArgumentParser

struct BundleCommands: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bundle", abstract: "The papers of an approval in one file, to be checked anywhere and offline.",
    subcommands: [ExportBundle.self, VerifyBundle.self])
}
