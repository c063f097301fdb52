import ArgumentParser
import Attestations
import Glibc
import Metadata
import PlaneContract
import Signing
import Wire

struct CheckMetadata: Command {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check a card, a provenance, an agent's document or a training output, offline.",
    discussion: """
      The file is one JSON object: a TrainingOutput as submit takes it, a model card, a provenance, or an agent's document with \
      x_model_integrity. Exits 1 when something failed, 4 when the file is none of these.
      """)

  @Argument(help: "The file.", completion: .file())
  var file: String

  @Option(help: "What the file is: output, card, provenance or agent. Otherwise told by its fields.")
  var kind: PaperFile.Kind?

  @Option(
    help: "The profile of the home's trust root whose rules to judge by. Otherwise the STANDARD set.",
    transform: ProfileName.argument)
  var profile: ProfileName?

  @Option(help: ArgumentHelp("Whose attestation counts: a public key's PEM file.", valueName: "file"))
  var key: [String] = []

  @Option(help: ArgumentHelp("The shared secret of an HMAC attestation, in a file of mode 0600.", valueName: "file"))
  var secret: String?

  @Option(help: ArgumentHelp("The weights, to compare with the hash in the papers.", valueName: "path"))
  var weights: String?

  @Option(help: ArgumentHelp("The dataset as JSON lines, to compare with the card.", valueName: "file"))
  var dataset: String?

  @Option(
    help: ArgumentHelp("The output or the card of the version approved now, for no_regression.", valueName: "file"))
  var approved: String?

  @OptionGroup var homeOptions: HomeOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let file = try PaperFile(reading: file, as: kind)
    let verdict = try check().verdict(on: file)
    try console.answer(verdict.body) { verdict.lines(width: TerminalDevice.width(of: STDOUT_FILENO)) }
    guard verdict.passed else { throw ExitStatus.denied }
  }

  private func check() throws -> PaperCheck {
    let root = try profile.map { _ in try Home.find(homeOptions).trustRoot() }
    let approved = try approvedVersion()
    let given = try key.map { try KeyFile.loadPublic(path: $0) }
    let context = root.map { JudgingContext(approved: approved, root: $0) }
    return PaperCheck(
      profile: try rules(root), context: context ?? JudgingContext(approved: approved, attesters: given),
      verifiers: AttestationVerifiers(
        keys: given + (context?.attesters ?? []),
        secrets: try secret.map { [try KeyFile.loadSharedSecret(path: $0)] } ?? []),
      weights: weights, dataset: dataset)
  }

  private func rules(_ root: VerifiedTrustRoot?) throws -> IntegrityProfile {
    guard let profile, let root else { return .standard }
    guard let rules = root.policy.profiles[profile] else {
      let known = root.policy.profiles.keys.sorted().map(\.text).joined(separator: ", ")
      throw Failure.refused("the trust root has no profile \(profile)", hint: "it has \(known)")
    }
    return IntegrityProfile(rules)
  }

  private func approvedVersion() throws -> ApprovedVersion {
    guard let approved else { return .unknown }
    return .present(name: approved, metrics: try PaperFile(reading: approved, as: nil).papers.metrics)
  }
}

extension PaperFile.Kind: ExpressibleByArgument {}
