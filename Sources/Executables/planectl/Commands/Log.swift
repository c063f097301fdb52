import ArgumentParser
import Attestations
import Glibc
import MerkleLog
import PlaneContract
import Signing
import Wire

struct Log: Command {
  static let configuration = CommandConfiguration(
    abstract: "Read a plane's evidence, and check that it is the log that was signed and witnessed.",
    discussion: """
      Prints the last \(LogSelection.defaultCount) entries, or those that are asked for; each stands under a head that the plane has \
      signed, verified here. --verify reads all of them, and exits 3 when a plane could not be asked what it has seen. Exits 5 when \
      something does not hold, and behind the entries of a log that is in dispute.
      """)

  @Argument(help: "training-plane, governance-plane or serving-plane, or the beginning of it.", transform: Role.plane)
  var plane: Role

  @Flag(help: "Go on with what is added. A plane that is away is waited for.")
  var follow = false

  @Option(
    help: ArgumentHelp(
      "From this time on, like 2026-01-02T03:04:05Z, or so long ago, like 12h. By the plane's clock: where that was put "
        + "back, entries may be left out.",
      valueName: "time"),
    transform: Log.moment)
  var since: Timestamp?

  @Option(help: "Only what is about this model.", transform: ModelID.argument)
  var model: ModelID?

  @Option(
    name: [.long, .customShort("n")], parsing: .unconditional,
    help: "How many of the last entries are shown, of those about the model where one is given.")
  var last: Int?

  @Flag(help: "Print the signed head as a signed note, and who has cosigned which.")
  var checkpoint = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Print the proof of an entry, a c2sp.org/tlog-proof@v1.", valueName: "index"))
  var prove: Int?

  @Flag(help: "Read every entry, and compare with what the plane has signed and the other planes have seen.")
  var verify = false

  @OptionGroup var caller: CallerOptions
  @OptionGroup var output: OutputOptions

  static func moment(_ text: String) throws -> Timestamp {
    if let time = Timestamp(message: text) ?? Timestamp(attestation: text) { return time }
    guard let span = TimeSpan(text) else {
      throw ValidationError("expected a time like 2026-01-02T03:04:05Z, or a span like 12h")
    }
    return Timestamp.now().adding(seconds: -span.seconds)
  }

  func validate() throws {
    let selects = follow || since != nil || model != nil || last != nil
    guard [checkpoint, prove != nil, verify, selects].count(where: \.self) <= 1 else {
      throw ValidationError("--checkpoint, --prove and --verify each stand alone")
    }
    if since != nil, last != nil { throw ValidationError("give --since or --last, not both") }
    if (prove ?? 0) < 0 || (last ?? 0) < 0 { throw ValidationError("an index or a count is not below 0") }
    if verify || checkpoint, caller.socket != nil {
      throw ValidationError("--checkpoint and --verify ask every plane; give a --home with their sockets")
    }
  }

  func perform() async throws {
    let session = try Session(caller, holding: Role.allCases, for: MessageKind.ledgerGet.rawValue)
    let log = EvidenceLog(of: plane, session: session)
    if verify { return try await verified(log) }
    if checkpoint { return try await head(of: log) }
    if follow { return try await followed(log) }
    if let prove { try await proof(of: prove, in: log) } else { try await entries(of: log) }
    if let failure = await disputes(session).failure { throw failure }
  }

  /// Through one socket that was named only its plane can be asked.
  private func disputes(_ session: Session) async -> LogDisputes {
    await LogDisputes(of: plane, session, asking: caller.socket == nil ? Home.planes : [plane])
  }

  private var selection: LogSelection { LogSelection(since: since, model: model, count: last) }

  /// From where what was asked for begins.
  private func reading(_ log: EvidenceLog) async throws -> VerifiedReading {
    let head = try await log.head()
    return try await VerifiedReading(of: log, from: try await selection.beginning(of: log, under: head), under: head)
  }

  private func entries(of log: EvidenceLog) async throws {
    let print = try printer(log)
    _ = try await rest(of: try await reading(log), print)
  }

  private func followed(_ log: EvidenceLog) async throws {
    let print = try printer(log)
    let known = try await LogFollower.patiently {
      let beginning = try await reading(log)
      // Without a count whoever follows prints from there; with one nothing is printed before all of it is known.
      return selection.limit == nil ? beginning : try await rest(of: beginning, print)
    }
    if let failure = await disputes(log.session).failure { Console.message("planectl: \(shown(failure.message))") }
    var follower = LogFollower(known, of: log)
    try await follower.follow(print)
  }

  /// Prints what was asked for of the log as it is, and gives back where the reading ended.
  private func rest(
    of beginning: VerifiedReading, _ print: ([UnverifiedEntry]) throws -> Void
  ) async throws -> VerifiedReading {
    var reading = beginning
    var last: [UnverifiedEntry] = []
    while let page = try await reading.page() {
      guard let limit = selection.limit else {
        try print(page)
        continue
      }
      last = (last + page.filter(selection.includes)).suffix(limit)
    }
    try print(last)
    return reading
  }

  private func printer(_ log: EvidenceLog) throws -> ([UnverifiedEntry]) throws -> Void {
    let text = EntryText(width: TerminalDevice.width(of: STDOUT_FILENO))
    if !output.json { try console.result(EntryText.heading) }
    return { page in for entry in page where selection.includes(entry) { try show(entry, of: log, text) } }
  }

  private func show(_ entry: UnverifiedEntry, of log: EvidenceLog, _ text: EntryText) throws {
    guard output.json else { return try text.lines(entry).forEach(console.result) }
    let object = try StrictJSON.parse(entry.bytes).object ?? [:]
    let event = WatchedEvent(
      plane: plane, id: log.known.id(of: entry.index).description, index: entry.index, entry: object)
    try console.object(event.body)
  }

  private func head(of log: EvidenceLog) async throws {
    let head = try await WitnessedLog(of: log)
    try console.answer(head.fields) {
      head.note.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }
    for line in head.lines { Console.message(shown(line)) }
    if let doubt = head.witnesses.shortfall, doubt.status == .unverified { throw doubt }
  }

  private func proof(of index: Int, in log: EvidenceLog) async throws {
    let proven = try await log.portableProof(of: index)
    if output.json { return try console.object(proven.fields) }
    for line in proven.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      try console.result(String(line))
    }
    Console.message(
      "verified here: \(proven.id) is in the log of \(proven.checkpoint.checkpoint.size) entries that \(plane.planeName) signed"
    )
    for witness in proven.witnesses { Console.message("cosigned by \(witness.text)") }
    if proven.witnesses.isEmpty { Console.message("no other plane has cosigned that head yet") }
    Console.message("the entry: \(shown(String(decoding: proven.entry.bytes, as: UTF8.self)))")
  }

  private func verified(_ log: EvidenceLog) async throws {
    let audit = try await LogVerification(of: log)
    try await audit.run(progress: EntryProgress(plane.planeName))
    try console.answer(audit.fields) { audit.lines.map(shown) }
    for gap in audit.witnesses.gaps { Console.message(shown(gap)) }
    if let shortfall = audit.witnesses.shortfall { throw shortfall }
  }
}
