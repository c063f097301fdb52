import Attestations
import PlaneContract
import Synchronization
import Wire

/// Whether a slow deploy delays who only asks.
struct DuringDeploy: Section {
  let name = "during"
  let method = """
    latency of model.authorize of random models out of \(Self.models) that are deployed, one connection with one request in flight: \
    while nothing else is asked, and while the plane deploys a file of 2 GiB that it has not seen, in turns. Home and file are on the \
    disk. Medians of \(Self.rounds) rounds.
    """

  static let models = 1000
  static let rounds = 5
  static let idleRequests = 5000

  func measure() throws -> Findings {
    let home = try Home()
    let planes = try home.start()
    defer { planes.stop() }
    let crowd = try DeployedCrowd(0..<Self.models, at: home)
    let file = try LargeFile(on: .disk)
    defer { file.remove() }
    let rounds = try (0..<Self.rounds).map { _ in
      (idle: try crowd.ask { $0 < Self.idleRequests }, busy: try duringDeploy(of: file, crowd, at: home))
    }
    return findings(rounds)
  }

  /// Asks for as long as the deploy takes.
  private func duringDeploy(of file: LargeFile, _ crowd: DeployedCrowd, at home: Home) throws -> [Double] {
    try file.change()
    let path = try ModelPath(home)
    let proposed = try path.approved(BenchModel(Self.models, weightsHash: file.digest().0), at: home)
    let isDone = Atomic(false)
    let latencies = Mutex<[Double]>([])
    try Threads.run(2) { index in
      if index == 0 {
        defer { isDone.store(true, ordering: .relaxed) }
        return try ModelPath(home).deploy(proposed, weights: file.path)
      }
      let asked = try crowd.ask { _ in !isDone.load(ordering: .relaxed) }
      latencies.withLock { $0 = asked }
    }
    return latencies.withLock { $0 }
  }

  private func findings(_ rounds: [(idle: [Double], busy: [Double])]) -> Findings {
    var findings = Findings()
    let ratios = rounds.map { $0.busy.quantile(0.99) / $0.idle.quantile(0.99) }
    findings.figures = [Figure("p99 while deploying / p99 idle", ratios.median, "", .atMost(3))]
    for (title, latencies) in [("idle", rounds.map(\.idle)), ("while deploying", rounds.map(\.busy))] {
      findings.figures += [("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999)].map { name, share in
        Figure("\(title): latency \(name)", latencies.map { $0.quantile(share) * 1e6 }.median, "us")
      }
      findings.samples.append("\(title) p99_us", .init(latencies.map { $0.quantile(0.99) * 1e6 }))
    }
    findings.figures.append(Figure("requests during a deploy", rounds.map { Double($0.busy.count) }.median))
    return findings
  }
}
