import Attestations
import PlaneContract
import Wire

/// What it takes to bring one model from its training job to where it is served.
struct Path: Section {
  let name = "path"
  let method = """
    models of 1 KiB, each through submit, propose, approve (a second person) and deploy over the sockets of three planes with
    the shipped settings, \(Self.inFlight) in flight. The processor time of the planes and of the client for each model, as a
    multiple of what libsodium alone takes for all the Ed25519 operations of its path. Medians of \(Self.rounds) rounds of \(Self.models).
    """

  static let inFlight = 8
  static let rounds = 7
  static let models = 200

  func measure() throws -> Findings {
    let counts = try PathSignatures.count()
    let home = try Home()
    let planes = try home.start()
    defer { planes.stop() }
    _ = try PathRound(0..<Self.models, at: home, planes, counts)
    let rounds = try (1...Self.rounds).map { round in
      try PathRound(round * Self.models..<(round + 1) * Self.models, at: home, planes, counts)
    }
    var findings = Findings()
    findings.figures = figures(rounds)
    findings.remarks = counts.lines
    findings.samples = ["operations": counts.json, "rounds": .array(rounds.map(\.json))]
    return findings
  }

  private func figures(_ rounds: [PathRound]) -> [Figure] {
    let processes = PathRound.processes.enumerated().map { index, process in
      Figure("CPU a model: \(process)", rounds.map { $0.microseconds[index] }.median, "us")
    }
    return [
      Figure("models a second", rounds.map(\.perSecond).median, "/s"),
      Figure("CPU a model / its Ed25519 operations", rounds.map(\.ratio).median),
      Figure("Ed25519 operations of a model", rounds.map(\.floor).median, "us"),
    ] + processes + [Figure("requests asked again, a model", rounds.map(\.retries).median)]
  }
}
