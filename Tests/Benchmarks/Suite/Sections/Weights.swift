import Wire

/// How fast weights are hashed.
struct Weights: Section {
  let name = "weights"
  let method = """
    gigabytes a second of `planectl hash` (whole process, wall time; the planes hash with the same code) over one file of 2 GiB
    and a directory of four of 512 MiB, as a multiple of `openssl dgst -sha256` over the same bytes in sequence. All of it is
    in the page cache; the two take turns. Medians of \(Self.rounds) rounds.
    """

  static let rounds = 7
  static let partBytes = 512 << 20
  static let parts = 4

  func measure() throws -> Findings {
    let bytes = try WeightsFiles(parts: Self.parts, partBytes: Self.partBytes)
    defer { bytes.remove() }
    try bytes.confirmSameDigest()
    let file = try race([bytes.file], against: bytes.file)
    let directory = try race(bytes.parts, against: bytes.directory)
    var findings = Findings()
    findings.figures =
      figures("one 2 GiB file", file, .atLeast(0.9)) + figures("four 512 MiB files", directory, .atLeast(1.6))
    findings.samples = ["file": .object(samples(file)), "directory": .object(samples(directory))]
    return findings
  }

  /// Seconds of both, turn by turn.
  private func race(_ paths: [String], against path: String) throws -> [(openssl: Double, ours: Double)] {
    let planectl = try Programs.path("planectl")
    return try (0..<Self.rounds).map { _ in
      (
        openssl: try seconds { try Command.run("/usr/bin/env", ["openssl", "dgst", "-sha256"] + paths) },
        ours: try seconds { try Command.run(planectl, ["hash", path]) }
      )
    }
  }

  private func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try body()
    return ContinuousClock.now.since(start)
  }

  private func figures(_ title: String, _ runs: [(openssl: Double, ours: Double)], _ bar: Figure.Bar) -> [Figure] {
    let gigabytes = Double(Self.parts * Self.partBytes) / 1e9
    return [
      Figure("\(title): speed / openssl's", runs.map { $0.openssl / $0.ours }.median, "", bar),
      Figure("\(title): planectl hash", gigabytes / runs.map(\.ours).median, "GB/s"),
      Figure("\(title): openssl dgst -sha256", gigabytes / runs.map(\.openssl).median, "GB/s"),
    ]
  }

  private func samples(_ runs: [(openssl: Double, ours: Double)]) -> JSONObject {
    ["openssl_seconds": .init(runs.map(\.openssl)), "planectl_seconds": .init(runs.map(\.ours))]
  }
}
