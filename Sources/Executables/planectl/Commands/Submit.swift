import ArgumentParser
import Attestations
import Glibc
import PlaneContract
import Signing
import Wire

struct Submit: Command {
  static let configuration = CommandConfiguration(
    abstract:
      "Submit what was trained: TrainingOutputs as JSON lines on stdin, a receipt or an error a line on stdout.",
    discussion: """
      A line may carry "weights", a path that is hashed here, in the place of "weights_hash". Lines stand alone and are \
      answered in their order, on a terminal without the attestation unless --json asks for it. Exits 4 if any was refused, 3 if any could not be delivered.
      """)

  @Option(
    help: ArgumentHelp("How long to try while the plane is away or overloaded. Otherwise 60s.", valueName: "span"),
    transform: TimeSpan.argument)
  var timeout = TimeSpan(seconds: 60)

  @Option(
    help: ArgumentHelp(
      "Add the lines that could not be delivered to this file, for a later submit.", valueName: "file"),
    completion: .file())
  var spool: String?

  @OptionGroup var caller: CallerOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let session = try Session(caller, asking: .training, for: .trainingComplete)
    if TerminalDevice.isTerminal(STDIN_FILENO) {
      Console.message("reading training outputs from stdin, one JSON object a line; Ctrl-D ends")
    }
    var delivery = Delivery(session: session, patience: .seconds(timeout.seconds))
    var reader = LineReader(descriptor: STDIN_FILENO)
    var statuses: Set<ExitStatus> = []
    var number = 0
    while let line = try reader.next() {
      number += 1
      guard line != .text([]) else { continue }
      if let status = try await submit(line, number, &delivery) { statuses.insert(status) }
    }
    if let worst = [ExitStatus.unverified, .refused, .unreachable].first(where: statuses.contains) { throw worst }
  }

  /// Nil when the line was accepted.
  private func submit(_ line: LineReader.Line, _ number: Int, _ delivery: inout Delivery) async throws -> ExitStatus? {
    var training: TrainingLine?
    do {
      let complete = try TrainingLine(line)
      training = complete
      let receipt = try await delivery.deliver(complete)
      let isWhole = output.json || !TerminalDevice.isTerminal(STDOUT_FILENO)
      try console.object(Self.line(number, of: complete.result.modelID, receipt, isWhole: isWhole))
      return nil
    } catch {
      return try report(Failure(explaining: error), number, training)
    }
  }

  /// - Parameter isWhole: with the attestation, thousands of characters that no person reads.
  static func line(
    _ number: Int, of model: ModelID, _ receipt: TrainingReceipt, isWhole: Bool
  ) -> JSONObject {
    var line: JSONObject = [
      "line": .init(number), "model_id": model.json, "digest": .string(receipt.digest.description),
    ]
    if isWhole { line.append("attestation", receipt.attestation.json) }
    return line
  }

  private func report(_ failure: Failure, _ number: Int, _ training: TrainingLine?) throws -> ExitStatus {
    var kept = ""
    if failure.status == .unreachable, let spool, let training {
      try TextFile.append(training.spooled, path: spool)
      kept = "; kept in \(spool)"
    }
    let code = failure.body["code"] ?? .null
    try console.object(["line": .init(number), "code": code, "message": .string(failure.message + kept)])
    Console.message("planectl: line \(number): \(shown(failure.message + kept))")
    return failure.status == .denied ? .refused : failure.status
  }
}
