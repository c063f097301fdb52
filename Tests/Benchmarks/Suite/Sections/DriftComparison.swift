import Drift
import Foundation
import Glibc
import Wire

/// How fast two large samples are compared.
struct DriftComparison: Section {
  let name = "drift"
  let method = """
    wall time of `planectl drift compare` over two files of \(Self.size) values (the whole process: reading, parsing, sorting, the test \
    and the distances, on as many cores as it likes), as a part of what scipy's `ks_2samp(method="asymp")` alone takes for the same \
    values, which it has in memory. Beside it what the comparison alone takes here, for values in memory too and on one core. All \
    take turns. Medians of \(Self.rounds) rounds.
    """

  static let size = 1_000_000
  static let rounds = 7

  /// Makes the files, then answers each line of its input with the seconds of one test and what it found.
  private static let script = """
    import sys, time, json
    import numpy
    from scipy import stats
    random = numpy.random.default_rng(20260102)
    samples = [random.normal(size=int(sys.argv[1])) for _ in range(2)]
    for path, sample in zip(sys.argv[2:], samples):
        with open(path, "w") as file:
            file.write("\\n".join(map(repr, sample.tolist())) + "\\n")
    for _ in sys.stdin:
        start, used = time.perf_counter(), time.process_time()
        found = stats.ks_2samp(*samples, method="asymp")
        seconds = time.perf_counter() - start
        print(json.dumps([seconds, time.process_time() - used, float(found.statistic), float(found.pvalue)]), flush=True)
    """

  func measure() throws -> Findings {
    let folder = try Scratch.folder()
    defer { Scratch.remove(folder) }
    let files = ["\(folder)/reference", "\(folder)/window"]
    let scipy = try Scipy(Self.script, ["\(Self.size)"] + files)
    defer { scipy.end() }
    let planectl = try Programs.path("planectl")
    let rounds = try (0..<Self.rounds).map { _ in try round(scipy, planectl, files) }
    return findings(rounds)
  }

  private struct Round {
    var scipy: Effort
    /// The whole command.
    var command: Effort
    /// The comparison of values in memory.
    var alone: Effort
  }

  private func round(_ scipy: Scipy, _ planectl: String, _ files: [String]) throws -> Round {
    let answer = try scipy.answer()
    var output = ""
    let command = try Effort { output = try Command.run(planectl, ["drift", "compare", "--json"] + files) }
    try confirm(output, statistic: answer[2], p: answer[3])
    let series = try files.map { Series.numbers(try numbers(in: $0)) }
    var statistic: Double?
    let alone = try Effort(of: getpid()) { statistic = SeriesComparison(series[0], series[1]).findings?.statistic }
    guard statistic == answer[2] else { throw BenchError("the statistic alone is another") }
    return Round(scipy: Effort(seconds: answer[0], processor: answer[1]), command: command, alone: alone)
  }

  private func numbers(in path: String) throws -> [Double] {
    let text = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    var numbers: [Double] = []
    guard NumberLines.read(text.span, from: 0, into: &numbers) == text.count else { throw BenchError("no numbers") }
    return numbers
  }

  private func findings(_ rounds: [Round]) -> Findings {
    let (scipy, command, alone) = (rounds.map(\.scipy), rounds.map(\.command), rounds.map(\.alone))
    func ratio(_ ours: [Effort], _ measure: (Effort) -> Double) -> Double {
      zip(ours, scipy).map { measure($0) / measure($1) }.median
    }
    var findings = Findings()
    findings.figures = [
      Figure("a million against a million: time / scipy's", ratio(command, \.seconds), "", .atMost(0.5)),
      Figure("the same, CPU of all cores / scipy's", ratio(command, \.processor)),
      Figure("the comparison alone, values in memory: time / scipy's", ratio(alone, \.seconds)),
      Figure("the same, CPU / scipy's", ratio(alone, \.processor)),
      Figure("planectl drift compare", command.map(\.seconds).median * 1000, "ms"),
      Figure("scipy ks_2samp", scipy.map(\.seconds).median * 1000, "ms"),
    ]
    findings.samples = [
      "scipy": .array(scipy.map(\.json)), "planectl": .array(command.map(\.json)), "alone": .array(alone.map(\.json)),
    ]
    return findings
  }

  /// A fast answer that is wrong is no answer.
  private func confirm(_ output: String, statistic: Double, p: Double) throws {
    let body = try StrictJSON.parse(Array(output.utf8).filter { $0 != UInt8(ascii: "\n") }).object
    for (key, expected) in [("statistic", statistic), ("p_asymptotic", p)] {
      guard let found = body?[key]?.double, abs(found - expected) <= 1e-9 * expected else {
        throw BenchError("\(key) is \(body?[key]?.jsonText ?? "missing"), scipy says \(expected)")
      }
    }
  }
}

/// A Python that keeps its samples in memory and answers on demand.
private final class Scipy {
  private let process = Process()
  private let (input, output) = (Pipe(), Pipe())

  init(_ script: String, _ arguments: [String]) throws {
    let python = ProcessInfo.processInfo.environment["PYTHON"] ?? "python3"
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [python, "-c", script] + arguments
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
  }

  func answer() throws -> [Double] {
    input.fileHandleForWriting.write(Data("\n".utf8))
    var line = Data()
    while line.last != UInt8(ascii: "\n") {
      let piece = output.fileHandleForReading.availableData
      guard !piece.isEmpty else { throw BenchError("scipy ended without an answer") }
      line += piece
    }
    guard let numbers = try StrictJSON.parse(Array(line.dropLast())).array?.compactMap(\.double), numbers.count == 4
    else { throw BenchError("scipy did not answer") }
    return numbers
  }

  func end() {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}
