import Foundation
import Wire

/// How fast two large samples are compared.
struct DriftComparison: Section {
  let name = "drift"
  let method = """
    wall time of `planectl drift compare` over two files of \(Self.size) values (the whole process: reading, parsing, sorting, the test \
    and the distances), as a part of what scipy's `ks_2samp(method="asymp")` alone takes for the same values, which it has in memory. \
    The two take turns. Medians of \(Self.rounds) rounds.
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
        start = time.perf_counter()
        found = stats.ks_2samp(*samples, method="asymp")
        seconds = time.perf_counter() - start
        print(json.dumps([seconds, float(found.statistic), float(found.pvalue)]), flush=True)
    """

  func measure() throws -> Findings {
    let folder = try Scratch.folder()
    defer { Scratch.remove(folder) }
    let files = ["\(folder)/reference", "\(folder)/window"]
    let scipy = try Scipy(Self.script, ["\(Self.size)"] + files)
    defer { scipy.end() }
    let planectl = try Programs.path("planectl")
    var rounds: [(scipy: Double, ours: Double)] = []
    for _ in 0..<Self.rounds {
      let answer = try scipy.answer()
      let start = ContinuousClock.now
      let output = try Command.run(planectl, ["drift", "compare", "--json"] + files)
      rounds.append((scipy: answer[0], ours: ContinuousClock.now.since(start)))
      try confirm(output, statistic: answer[1], p: answer[2])
    }
    return findings(rounds)
  }

  private func findings(_ rounds: [(scipy: Double, ours: Double)]) -> Findings {
    var findings = Findings()
    findings.figures = [
      Figure("a million against a million: time / scipy's", rounds.map { $0.ours / $0.scipy }.median, "", .atMost(0.5)),
      Figure("planectl drift compare", rounds.map(\.ours).median * 1000, "ms"),
      Figure("scipy ks_2samp", rounds.map(\.scipy).median * 1000, "ms"),
    ]
    findings.samples = [
      "scipy_seconds": .init(rounds.map(\.scipy)), "planectl_seconds": .init(rounds.map(\.ours)),
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
    guard let numbers = try StrictJSON.parse(Array(line.dropLast())).array?.compactMap(\.double), numbers.count == 3
    else { throw BenchError("scipy did not answer") }
    return numbers
  }

  func end() {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}
