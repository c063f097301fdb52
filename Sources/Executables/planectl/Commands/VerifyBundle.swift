import ArgumentParser
import Attestations
import Bundles
import Glibc
import Signing
import WeightsDigest
import Wire

struct VerifyBundle: Command {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check a bundle offline: no home, no key and no plane is needed.",
    discussion: """
      Trust begins with the digest of version 1 of the trust root, which must come from a person, not with the bundle. \
      Exits 0 when the papers are right and allow it, 1 when they are right and do not (expired, revoked, not for this \
      environment), 4 when the file is no bundle, 5 when a check of the papers fails.
      """)

  @Argument(help: "The bundle.", completion: .file())
  var file: String

  @Option(
    help: ArgumentHelp("Of version 1 of the trust root's payload, as the planes' configs pin it.", valueName: "digest"),
    transform: Digest.argument)
  var rootDigest: Digest

  @Option(
    help: ArgumentHelp(
      "The newest version of the trust root that you know of; a bundle that ends with an earlier one is not believed.",
      valueName: "number"))
  var minRootVersion = 1

  @Option(
    name: [.customShort("e"), .customLong("environment")],
    help: ArgumentHelp("The environment; without it every one that the approval names.", valueName: "env"),
    transform: EnvironmentName.argument)
  var environment: EnvironmentName?

  @Option(help: "The scope of use.", transform: ScopeName.argument)
  var scope: ScopeName?

  @Option(help: "Weights that must be the approved ones; read once everything else allows it.", completion: .file())
  var weights: String?

  @Option(
    help: ArgumentHelp("Whether it was allowed at this moment, like 2026-01-02T03:04:05Z.", valueName: "time"),
    transform: Deployments.moment)
  var at: Timestamp?

  @Option(
    help: ArgumentHelp("How old governance's lease may be; without it until the lease expires.", valueName: "span"),
    transform: TimeSpan.argument)
  var maxAge: TimeSpan?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard minRootVersion >= 1 else { throw ValidationError("--min-root-version is a number from 1") }
  }

  func perform() async throws {
    let bytes = try BundleFile.read(file)
    let moment = at.map(BundleQuestion.Moment.at) ?? .now(.now())
    var report = BundleVerifier.report(on: bytes, question(moment))
    if report.outcome == .allowed, let weights {
      let fingerprint = try ProgressBar.hash(path: weights)
      report = BundleVerifier.report(on: bytes, question(moment, (fingerprint.digest, fingerprint.kind)))
    }
    try console.answer(report.json) { lines(report) }
    if !output.json, report.failed.contains(.gateLease), report.findings.revocationsKnownAt != nil {
      Console.hint("export the bundle again for governance's word of today, or say with --max-age how old it may be")
    }
    switch report.outcome {
    case .allowed: return
    case .denied: throw ExitStatus.denied
    case .papersFailed: throw ExitStatus.unverified
    case .notBundle: throw ExitStatus.refused
    }
  }

  private func question(
    _ moment: BundleQuestion.Moment, _ weights: (digest: Digest, kind: WeightsKind)? = nil
  ) -> BundleQuestion {
    BundleQuestion(
      rootDigest: rootDigest, minimumRootVersion: minRootVersion, moment: moment, environment: environment,
      scope: scope, maximumAge: maxAge?.seconds,
      weights: weights)
  }

  private func lines(_ report: BundleReport) -> [String] {
    var table = Table("CHECK", "RESULT", "REASON")
    // Of what is no bundle nothing else was checked.
    for result in report.outcome == .notBundle ? Array(report.results.prefix(1)) : report.results {
      table.add(result.check.rawValue, result.passed.map { $0 ? "ok" : "FAILED" } ?? "-", result.reason)
    }
    return [verdict(report)] + table.lines(width: TerminalDevice.width(of: STDOUT_FILENO))
  }

  private func verdict(_ report: BundleReport) -> String {
    let model = report.approval.map { "\($0.modelID) by \($0.approvalID)" } ?? file
    let place = environment.map { " in \($0)" } ?? ""
    let words =
      switch report.outcome {
      case .allowed: "allowed"
      case .denied: "denied"
      case .papersFailed: "not to be believed"
      case .notBundle: "no bundle"
      }
    let known = report.findings.revocationsKnownAt.map { ", by what governance knew at \($0)" } ?? ""
    return "\(words): \(shown(model))\(place) at \(report.question.moment.time.wholeSeconds)\(known)"
  }
}
