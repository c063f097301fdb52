import ArgumentParser

struct MetadataCommands: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metadata", abstract: "Check what is said about a model, or attest where it comes from.",
    subcommands: [CheckMetadata.self, AttestProvenance.self])
}
