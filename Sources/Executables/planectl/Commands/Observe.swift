import ArgumentParser
import Attestations
import Drift
import Glibc
import PlaneContract
import Signing
import Wire

struct Observe: Command {
  static let configuration = CommandConfiguration(
    abstract: "Report what a model does where it runs: JSON lines on stdin, a receipt or an error a line on stdout.",
    discussion: """
      A line is {"window_start", "window_end", "metrics": {name: number}, "series": {name: values}}; without a window it is of the time \
      that --window says, until now. Values are numbers, texts or null (no number), or a histogram {"edges", "counts"}. More than \
      10,000 values are sampled down, by a seed that is sent along. Windows of one monitor do not overlap. Exits 4 if any line was \
      refused.
      """)

  @OptionGroup var place: PlaceOptions

  @Option(
    help: ArgumentHelp("How much time a line without a window is about. Otherwise 60s.", valueName: "span"),
    transform: TimeSpan.argument)
  var window = TimeSpan(seconds: 60)

  @Option(help: "By which series that are too long are sampled down. Otherwise chosen at random.")
  var seed: UInt64?

  @OptionGroup var caller: CallerOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (seed ?? 0) <= UInt64(Int.max) else { throw ValidationError("--seed is at most \(Int.max)") }
  }

  func perform() async throws {
    let session = try Session(caller, asking: .serving, for: .modelObserve)
    if TerminalDevice.isTerminal(STDIN_FILENO) {
      Console.message("reading observations from stdin, one JSON object a line; Ctrl-D ends")
    }
    var reader = LineReader(descriptor: STDIN_FILENO)
    var statuses: Set<ExitStatus> = []
    var number = 0
    while let line = try reader.next() {
      number += 1
      guard line != .text([]) else { continue }
      if let status = try await report(line, number, session) { statuses.insert(status) }
    }
    if let worst = [ExitStatus.unverified, .refused, .unreachable].first(where: statuses.contains) { throw worst }
  }

  /// Nil when the line was accepted.
  private func report(_ line: LineReader.Line, _ number: Int, _ session: Session) async throws -> ExitStatus? {
    do {
      let now = Timestamp.now()
      let given = try ObservationLine(
        line, model: place.model, environment: place.environment,
        window: (now.adding(seconds: -window.seconds), now), seed: seed ?? UInt64.random(in: 0...UInt64(Int.max)))
      let answer: Answer<ObservationReceipt> = try await session.ask(
        .serving, .modelObserve, ModelObserve(observation: given.observation).fields)
      try console.object([
        "line": .init(number), "digest": .string(answer.value.digest.description),
        "status": .string(ObservationReceipt.accepted),
      ])
      return nil
    } catch {
      let failure = Failure(explaining: error)
      try console.object([
        "line": .init(number), "code": failure.body["code"] ?? .null, "message": .string(failure.message),
      ])
      Console.message("planectl: line \(number): \(shown(failure.message))")
      return failure.status == .denied ? .refused : failure.status
    }
  }
}
