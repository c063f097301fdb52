import ArgumentParser
import Attestations
import PlaneContract
import Signing
import Wire

struct Trust: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the trust root, and write, sign and install its next version.",
    discussion: """
      Changes go into a draft. Everybody who keeps a root key looks at it with `trust diff` and adds a signature with \
      `trust sign`; once the thresholds of the installed version and of the draft are met, `trust install` puts it in place.
      """,
    subcommands: [
      ShowTrust.self, AddPrincipal.self, RetirePrincipal.self, RemovePrincipal.self, ReplaceKey.self, SetPolicy.self,
      SetRoot.self, DiffTrust.self, SignTrust.self, VerifyTrust.self, InstallTrust.self,
    ])
}

struct ShowTrust: Command {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show the newest installed trust root, every version before it verified.")

  @OptionGroup var homeOptions: HomeOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let root = try Home.find(homeOptions).trustRoot()
    let body: JSONObject = [
      "version": .init(root.version), "digest": .string(root.digest.description),
      "origin_digest": .string(root.originDigest.description), "trust_root": root.root.json,
    ]
    try console.answer(body) { fields(of: root).lines + [""] + table(of: root.root).lines(width: nil) }
  }

  private func fields(of root: VerifiedTrustRoot) -> Fields {
    var fields = Fields()
    fields.add("version", "\(root.version)")
    fields.add("digest", root.digest.description)
    fields.add("version 1", root.originDigest.description)
    fields.add("expires", "\(root.root.expiresAt)")
    fields.add(
      "root keys", "\(root.root.threshold) of \(root.root.rootKeys.map(\.description).joined(separator: ", "))")
    for name in root.policy.environments.keys.sorted() { fields.add(name.text, root.policy.setup(of: name) ?? "") }
    for (name, rules) in root.policy.profiles.sorted(by: { $0.key < $1.key }) {
      fields.add("profile \(name)", rules.joined(separator: ", "))
    }
    return fields
  }

  private func table(of root: TrustRoot) -> Table {
    var table = Table("NAME", "ROLES", "PERSON", "GROUPS", "RETIRED", "KEYS")
    for principal in root.principals.sorted(by: { $0.id < $1.id }) {
      table.add(
        principal.id.text, principal.roles.map(\.rawValue).joined(separator: ", "), principal.person?.text ?? "",
        principal.groups.map(\.text).joined(separator: ", "), principal.retiredAt.map { "\($0)" } ?? "",
        principal.keys.map(\.description).joined(separator: ", "))
    }
    return table
  }
}

struct SignTrust: Command {
  static let configuration = CommandConfiguration(
    commandName: "sign", abstract: "Add a root key's signature to the draft.")

  @Option(
    help: ArgumentHelp("The secret root key, PKCS#8 PEM.", valueName: "file"), completion: .file())
  var rootKey: String

  @OptionGroup var draft: DraftOptions
  @OptionGroup var consent: ConsentOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let file = try draft.open()
    let installed = try file.home.trustRoot()
    let contents = try file.existing()
    let next = try DraftVerdict(contents, after: installed).next()
    let key = try KeyFile.loadSecret(path: AbsolutePath.of(rootKey))
    guard (installed.root.rootKeys + next.root.rootKeys).contains(key.publicKey) else {
      throw Failure.refused("\(rootKey) is no root key of version \(installed.version) or of the draft")
    }
    var fields = Fields()
    for sentence in TrustChanges(from: installed.root, to: next.root).sentences { fields.add("it", sentence) }
    fields.add("digest", next.digest.description)
    try Consent(consent).obtain(showing: fields, question: "sign version \(next.version) of the trust root?")
    let signed = try sign(contents.envelope, payload: next.envelope.payload, with: key)
    try file.write(signed)
    let verdict = DraftVerdict(DraftFile.Contents(draft: contents.draft, envelope: signed), after: installed)
    try console.answer(verdict.body) { verdict.lines }
    Console.hint(
      verdict.isComplete
        ? "planectl trust install puts it in place" : "the next holder of a root key signs the same file")
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

struct VerifyTrust: Command {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Say whether the draft follows the installed trust root, and what it lacks.")

  @OptionGroup var draft: DraftOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let file = try draft.open()
    let verdict = DraftVerdict(try file.existing(), after: try file.home.trustRoot())
    try console.answer(verdict.body) { verdict.isComplete ? verdict.lines : [] }
    guard !verdict.isComplete else { return }
    for line in verdict.lines { Console.message("planectl: \(shown(line))") }
    throw ExitStatus.unverified
  }
}

struct InstallTrust: Command {
  static let configuration = CommandConfiguration(
    commandName: "install", abstract: "Put the signed draft in place, and have the planes of this home take it.")

  @OptionGroup var draft: DraftOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let file = try draft.open()
    let installed = try file.home.trustRoot()
    let contents = try file.existing()
    let verdict = DraftVerdict(contents, after: installed)
    guard verdict.isComplete, let envelope = contents.envelope else {
      throw Failure(.unverified, "the draft is not the next trust root yet", details: verdict.lines)
    }
    // Once more by the very function that the planes use.
    let next = try installed.successor(envelope)
    try InstalledRoot(home: file.home, version: next.version).write(envelope)
    file.remove()
    try console.answer(["version": .init(next.version), "digest": .string(next.digest.description)]) {
      ["version \(next.version) is installed: \(next.digest)"]
    }
    try await reload(file.home, next)
  }

  private func reload(_ home: Home, _ next: VerifiedTrustRoot) async throws {
    guard Home.planes.contains(where: { DaemonProcess(home: home, plane: $0).pid != nil }) else {
      return Console.hint("planes that run read it on SIGHUP (systemctl reload), others when they start")
    }
    let reloading = Reloading(session: try Session(anyoneAt: home), version: next.version)
    var isRefused = false
    for plane in Home.planes {
      switch try await reloading.reload(plane) {
      case .away:
        Console.message("\(plane.planeName) does not run here; it reads version \(next.version) when it starts")
      case .accepted: Console.message("\(plane.planeName) goes by version \(next.version)")
      case .refused(let problem):
        isRefused = true
        Console.message("planectl: \(plane.planeName) has not taken version \(next.version): \(shown(problem))")
      }
    }
    if isRefused { throw ExitStatus.refused }
  }
}
