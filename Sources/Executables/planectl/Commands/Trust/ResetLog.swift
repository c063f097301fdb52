import ArgumentParser
import Attestations
import MerkleLog
import PlaneContract
import Signing
import Wire

struct ResetLog: Command {
  static let configuration = CommandConfiguration(
    commandName: "reset-log", abstract: "Draft the root keys' word that a plane's log is believed again as it is now.",
    discussion: """
      After a plane was put back on an older database its log contradicts what the others have seen, and nothing new is approved \
      from it. The draft names the head of the log as the plane has it now; `trust sign` and `trust install` take it with --draft. \
      Only do it when you know why the log is another: what is missing from it stays missing.
      """)

  @Argument(
    help: ArgumentHelp("training-plane, governance-plane or serving-plane.", valueName: "plane"),
    completion: .list(Home.planes.map(\.planeName)), transform: Role.plane)
  var plane: Role

  @Option(help: "Why the log is another than before; it is signed and kept.", transform: Reason.argument)
  var reason: String

  @Option(
    help: ArgumentHelp("Where the draft goes. Otherwise beside the trust roots.", valueName: "file"),
    completion: .file())
  var draft: String?

  @Flag(help: "Draft it although no plane that answers has the log in dispute.")
  var undisputed = false

  @OptionGroup var homeOptions: HomeOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let home = try Home.find(homeOptions)
    let session = try Session(anyoneAt: home)
    let disputes = await LogDisputes(of: plane, session)
    guard undisputed || !disputes.holders.isEmpty else { throw nothingToEnd(disputes) }
    let head = try await head(session)
    let file = ResetFile(home: home, path: draft.map(AbsolutePath.of) ?? ResetFile.draft(of: plane, in: home))
    let reset = LogReset(checkpoint: head, reason: reason, issuedAt: Timestamp.now().wholeSeconds)
    try file.write(reset)
    let body: JSONObject = [
      "draft": .string(file.path), "reset": reset.json,
      "given_up": disputes.missing > 0 ? .init(disputes.missing) : .null,
    ]
    try console.answer(body) {
      [
        "draft of a reset: the log of \(plane.planeName) is believed from its \(head.size) entries on",
        "  given up: \(givenUp(disputes))", "  \(file.path)",
      ]
    }
    Console.hint("planectl trust sign --draft \(file.path) --root-key FILE, then planectl trust install --draft …")
  }

  private func givenUp(_ disputes: LogDisputes) -> String {
    guard disputes.missing > 0 else { return "how many of the entries that others have seen, no plane can tell" }
    return "at least \(LogDisputes.entries(disputes.missing)) that others have seen; the signers need to know"
  }

  private func nothingToEnd(_ disputes: LogDisputes) -> Failure {
    let asked =
      disputes.unasked.isEmpty ? "" : " (\(disputes.unasked.map(\.planeName).joined(separator: ", ")) not asked)"
    return Failure.refused(
      "no plane has the log of \(plane.planeName) in dispute\(asked): there is nothing to reset",
      hint: "after a restore it takes some seconds until they notice; --undisputed drafts a reset all the same")
  }

  /// The head that the plane shows now, signed by it.
  private func head(_ session: Session) async throws -> Checkpoint {
    let answer: Answer<LedgerHead> = try await session.ask(plane, .ledgerGet, LedgerGet.head.fields)
    let origin = EvidenceOrigin(rootDigest: session.root.originDigest, plane: plane.planeName)
    do {
      return try answer.value.checkpoint.checkpoint(of: origin.description, signedBy: session.root.keysEver(of: plane))
        .checkpoint
    } catch { throw Failure.unverified("\(plane.planeName): \(error)") }
  }
}
