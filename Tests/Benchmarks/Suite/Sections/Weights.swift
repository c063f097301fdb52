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

  /// Both, turn by turn.
  private func race(_ paths: [String], against path: String) throws -> [(openssl: Effort, ours: Effort)] {
    let planectl = try Programs.path("planectl")
    return try (0..<Self.rounds).map { _ in
      (
        openssl: try Effort { try Command.run("/usr/bin/env", ["openssl", "dgst", "-sha256"] + paths) },
        ours: try Effort { try Command.run(planectl, ["hash", path]) }
      )
    }
  }

  private func figures(_ title: String, _ runs: [(openssl: Effort, ours: Effort)], _ bar: Figure.Bar) -> [Figure] {
    let gigabytes = Double(Self.parts * Self.partBytes) / 1e9
    return [
      Figure("\(title): speed / openssl's", runs.map { $0.openssl.seconds / $0.ours.seconds }.median, "", bar),
      Figure("\(title): planectl hash", gigabytes / runs.map(\.ours.seconds).median, "GB/s"),
      Figure("\(title): openssl dgst -sha256", gigabytes / runs.map(\.openssl.seconds).median, "GB/s"),
      Figure("\(title): CPU, openssl's / ours", runs.map { $0.openssl.processor / $0.ours.processor }.median),
    ]
  }

  private func samples(_ runs: [(openssl: Effort, ours: Effort)]) -> JSONObject {
    [
      "openssl_seconds": .init(runs.map(\.openssl.seconds)), "planectl_seconds": .init(runs.map(\.ours.seconds)),
      "openssl_cpu_seconds": .init(runs.map(\.openssl.processor)),
      "planectl_cpu_seconds": .init(runs.map(\.ours.processor)),
    ]
  }
}
