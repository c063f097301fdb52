import Attestations
import MerkleLog
import PlaneContract
import Signing
import Wire

// What `trust sign`, `verify` and `install` do with the reset of a log in the place of a draft of the trust root.

extension SignTrust {
  func sign(_ contents: ResetFile.Contents, in file: ResetFile) throws {
    let root = try file.home.trustRoot()
    let (reset, plane) = (contents.reset, try file.plane(of: contents.reset, root))
    let key = try KeyFile.loadSecret(path: AbsolutePath.of(rootKey))
    guard root.root.rootKeys.contains(key.publicKey) else {
      throw Failure.refused("\(rootKey) is no root key of version \(root.version)")
    }
    var fields = Fields()
    fields.add("log", "\(plane.planeName), \(reset.checkpoint.origin)")
    fields.add("believed from", "\(reset.checkpoint.size) entries, root \(reset.checkpoint.root)")
    fields.add("reason", reset.reason)
    fields.add("issued", reset.issuedAt.attestationText)
    try Consent(consent).obtain(showing: fields, question: "sign the reset of this log?")
    let verdict = ResetVerdict(ResetFile.Contents(reset: reset, envelope: try file.sign(contents, with: key)), root)
    try console.answer(verdict.body) { fields.lines + verdict.lines }
    Console.hint(
      verdict.isComplete
        ? "planectl trust install --draft \(file.path) puts it in place"
        : "the next holder of a root key signs the same file")
  }
}

extension VerifyTrust {
  func verify(_ contents: ResetFile.Contents, in file: ResetFile) throws {
    let verdict = ResetVerdict(contents, try file.home.trustRoot())
    try console.answer(verdict.body) { verdict.isComplete ? verdict.lines : [] }
    guard !verdict.isComplete else { return }
    for line in verdict.lines { Console.message("planectl: \(shown(line))") }
    throw ExitStatus.unverified
  }
}

extension InstallTrust {
  func install(_ contents: ResetFile.Contents, from file: ResetFile) async throws {
    let root = try file.home.trustRoot()
    let verdict = ResetVerdict(contents, root)
    guard verdict.isComplete else {
      throw Failure(.unverified, "the reset is not signed by enough root keys yet", details: verdict.lines)
    }
    let reset = try file.verified(under: root)
    let plane = try file.plane(of: reset.reset, root)
    try await ResetUse(of: reset, log: plane, in: file).check()
    try file.install(reset, of: plane)
    var outcomes: [(Role, Reloading.Outcome)] = []
    for witness in Home.planes {
      do {
        let reloading = ResetReloading(home: file.home, log: plane, digest: reset.digest)
        outcomes.append((witness, try await reloading.reload(witness)))
      } catch {
        outcomes.append((witness, .refused(Failure(explaining: error).message)))
      }
    }
    let body: JSONObject = [
      "reset": reset.reset.json, "digest": .string(reset.digest.description),
      "planes": .object(outcomes.reduce(into: [:]) { $0.append($1.0.planeName, .string($1.1.word)) }),
    ]
    try console.answer(body) {
      ["the reset of \(plane.planeName)'s log is installed: \(reset.digest)"]
        + outcomes.map { "\($0.planeName): \(shown($1.resetSentence))" }
    }
    if outcomes.contains(where: { $0.1.isRefused }) {
      Console.hint("planectl status says why; the log stays in dispute there")
      throw ExitStatus.refused
    }
  }
}

/// What a reset lacks to be taken.
struct ResetVerdict {
  let reset: LogReset
  let isComplete: Bool
  let lines: [String]

  init(_ contents: ResetFile.Contents, _ root: VerifiedTrustRoot) {
    reset = contents.reset
    let signers = (try? contents.envelope?.verified(as: .logReset, by: root.root.rootKeys))?.signers ?? []
    isComplete = signers.count >= root.root.threshold
    let others = root.root.rootKeys.filter { !signers.contains($0) }.map(\.description).joined(separator: ", ")
    let signed = "\(signers.count) root key\(signers.count == 1 ? "" : "s")"
    lines =
      isComplete
      ? ["the reset of \(reset.checkpoint.origin) is signed by \(signed)"]
      : [
        "\(signers.count) of \(root.root.threshold) root keys of version \(root.version) have signed; still can: \(others)"
      ]
  }

  var body: JSONObject {
    ["reset": reset.json, "complete": .bool(isComplete), "missing_signatures": .init(isComplete ? [] : lines)]
  }
}
