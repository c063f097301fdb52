import Attestations
import PlaneContract
import Signing
import Synchronization
import Wire

/// What it takes governance to bring a training output to an active approval.
struct Approve: Section {
  let name = "approve"
  let method = """
    outputs that governance has, each proposed by one person and approved by another over approve.sock at durable settings,
    \(Self.inFlight) in flight; the second signature completes the quorum, and governance signs and hands over. The processor time of
    the governance plane for each, as a multiple of one libsodium verify and one sign. Medians of \(Self.rounds) rounds of \(Self.models).
    """

  static let inFlight = 8
  static let rounds = 7
  static let models = 200

  func measure() throws -> Findings {
    let home = try Home()
    let planes = try home.start()
    defer { planes.stop() }
    let pid = planes.governance.pid
    _ = try round(0, home, pid)
    let rounds = try (1...Self.rounds).map { try round($0, home, pid) }
    var findings = Findings()
    findings.figures = [
      Figure("proposed and approved a second", rounds.map(\.perSecond).median, "/s"),
      Figure("governance-plane: CPU each", rounds.map(\.microseconds).median, "us"),
      Figure("governance-plane: CPU each / (verify + sign)", rounds.map { $0.microseconds / $0.floor }.median),
    ]
    findings.samples = [
      "rounds": .array(
        rounds.map {
          ["per_second": .init($0.perSecond), "cpu_us": .init($0.microseconds), "floor_us": .init($0.floor)]
        })
    ]
    return findings
  }

  private func round(_ number: Int, _ home: Home, _ governance: Int32) throws -> ApproveRound {
    let models = (0..<Self.models).map { BenchModel(number * Self.models + $0) }
    let outputs = try Self.submitted(models, home)
    let floor = try Floor(payload: [UInt8](repeating: 0x61, count: 900))
    let before = try floor.verifyAndSign()
    let (start, used) = (ContinuousClock.now, try ProcessorTime.ofProcess(governance))
    let next = Atomic(0)
    try Threads.run(Self.inFlight) { _ in
      let path = try ModelPath(home)
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < models.count else { break }
        try path.approve(path.propose(models[index], output: outputs[index]))
      }
    }
    let seconds = ContinuousClock.now.since(start)
    let microseconds = (try ProcessorTime.ofProcess(governance) - used) * 1e6 / Double(models.count)
    return ApproveRound(
      perSecond: Double(models.count) / seconds, microseconds: microseconds,
      floor: (before + (try floor.verifyAndSign())) / 2)
  }

  /// Submits all, and waits until governance has them.
  private static func submitted(_ models: [BenchModel], _ home: Home) throws -> [Digest] {
    let path = try ModelPath(home)
    let reader = try Caller("bridge", of: home)
    let held = { try reader.status(on: .governanceRead).counters["training_outputs"]?.int ?? 0 }
    let before = try held()
    let outputs = try models.map { try path.submit($0) }
    while try held() < before + models.count { Pause.milliseconds(20) }
    return outputs
  }
}

private struct ApproveRound {
  let perSecond: Double
  let microseconds: Double
  let floor: Double
}
