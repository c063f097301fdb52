import ArgumentParser
import Attestations
import Metadata
import Signing
import Wire

struct SignTrust: Command {
  static let configuration = CommandConfiguration(
    commandName: "sign", abstract: "Add a root key's signature to the draft of a trust root, or of a log's reset.")

  @Option(
    help: ArgumentHelp("The secret root key, PKCS#8 PEM.", valueName: "file"), completion: .file())
  var rootKey: String

  @OptionGroup var draft: DraftOptions
  @OptionGroup var consent: ConsentOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let file = try draft.open()
    let reset = ResetFile(home: file.home, path: file.path)
    if let contents = try reset.read() { return try sign(contents, in: reset) }
    let installed = try file.home.installedRoot()
    let contents = try file.existing()
    let draft = DraftVerdict(contents, after: installed)
    let next = try draft.next()
    try Self.checkProfiles(of: next.root.policy)
    let key = try KeyFile.loadSecret(path: AbsolutePath.of(rootKey))
    guard ((installed?.root.rootKeys ?? []) + next.root.rootKeys).contains(key.publicKey) else {
      throw Failure.refused("\(rootKey) is no root key of the version that is installed or of the draft")
    }
    let fields = Self.fields(of: next, after: installed, digest: draft.digest(of: next))
    try Consent(consent).obtain(showing: fields, question: "sign version \(next.version) of the trust root?")
    let signed = try sign(contents.envelope, payload: next.envelope.payload, with: key)
    try file.write(signed)
    let verdict = DraftVerdict(DraftFile.Contents(draft: contents.draft, envelope: signed), after: installed)
    try console.answer(verdict.body) { verdict.lines }
    Console.hint(
      verdict.isComplete
        ? "planectl trust install puts it in place" : "the next holder of a root key signs the same file")
  }

  private static func fields(
    of next: VerifiedTrustRoot, after installed: VerifiedTrustRoot?, digest: Digest
  ) -> Fields {
    let changes = installed.map { TrustChanges(from: $0.root, to: next.root) } ?? TrustChanges(of: next.root)
    var fields = Fields()
    for sentence in changes.sentences { fields.add("it", sentence) }
    fields.add(
      "follows",
      installed.map { "version \($0.version), \($0.digest); version 1 is \($0.originDigest)" }
        ?? "nothing: who installs it believes it by this digest")
    fields.add("digest", digest.description)
    return fields
  }

  /// A rule that cannot be read would fail every proposal under its profile.
  private static func checkProfiles(of policy: Policy) throws {
    let problems = policy.profiles.sorted { $0.key < $1.key }.flatMap { name, rules in
      IntegrityProfile(rules).problems.map { "profile \(name): \($0)" }
    }
    guard problems.isEmpty else {
      throw Failure(
        .refused, "the policy's profiles have rules that cannot be read", details: problems,
        hint: "planectl trust set-policy changes the draft; docs/decisions/0019-rules-in-profiles.md lists the rules")
    }
  }

  /// The very bytes that were signed before, or those of the plain draft.
  private func sign(
    _ envelope: UnverifiedEnvelope?, payload: [UInt8], with key: SecretKey
  ) throws -> UnverifiedEnvelope {
    let signed = try UnverifiedEnvelope(signing: envelope?.payload ?? payload, as: .trustRoot, by: [key])
    guard let envelope else { return signed }
    let others = envelope.signatures.filter { $0.keyID != key.publicKey.keyID }
    return UnverifiedEnvelope(
      payloadType: envelope.payloadType, payload: envelope.payload, signatures: others + signed.signatures)
  }
}
