import ArgumentParser
import Attestations
import PlaneContract
import Signing
import Wire

struct InstallTrust: Command {
  static let configuration = CommandConfiguration(
    commandName: "install", abstract: "Put the signed draft in place, and have the planes of this home take it.")

  @OptionGroup var draft: DraftOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let file = try draft.open()
    let reset = ResetFile(home: file.home, path: file.path)
    if let contents = try reset.read() { return try await install(contents, from: reset) }
    let installed = try file.home.installedRoot()
    let contents = try file.existing()
    let verdict = DraftVerdict(contents, after: installed)
    guard verdict.isComplete, let envelope = contents.envelope else {
      throw Failure(.unverified, "the draft is not the next trust root yet", details: verdict.lines)
    }
    // Once more by the very function that the planes use.
    let next =
      try installed?.successor(envelope) ?? VerifiedTrustRoot.verify(envelope, pinned: envelope.payloadDigest)
    if installed == nil {
      try GivenRootKeys(home: file.home).require(for: next.root)
      try HostPin.setAll(of: file.home, to: next.digest)
    }
    try InstalledRoot(home: file.home, version: next.version).write(envelope)
    file.remove()
    let outcomes = await reload(file.home, next)
    let body: JSONObject = [
      "version": .init(next.version), "digest": .string(next.digest.description),
      "planes": .object(outcomes.reduce(into: [:]) { $0.append($1.0.planeName, .string($1.1.word)) }),
    ]
    try console.answer(body) {
      ["version \(next.version) is installed: \(next.digest)"]
        + outcomes.map { plane, outcome in "\(plane.planeName): \(shown(outcome.sentence))" }
    }
    if outcomes.contains(where: { $0.1.isRefused }) {
      Console.hint("planectl status says why; the old version stays in force there")
      throw ExitStatus.refused
    }
    if !outcomes.contains(where: { $0.1.isAccepted }) {
      Console.hint("planes that run read it on SIGHUP (systemctl reload), others when they start")
    }
  }

  private func reload(_ home: Home, _ next: VerifiedTrustRoot) async -> [(Role, Reloading.Outcome)] {
    var outcomes: [(Role, Reloading.Outcome)] = []
    for plane in Home.planes {
      do {
        outcomes.append((plane, try await Reloading(home: home, version: next.version).reload(plane)))
      } catch { outcomes.append((plane, .refused(Failure(explaining: error).message))) }
    }
    return outcomes
  }
}
