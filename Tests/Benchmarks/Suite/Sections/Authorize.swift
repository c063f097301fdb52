import Attestations
import Glibc
import PlaneContract
import Wire

/// What one `model.authorize` costs the serving plane.
struct Authorize: Section {
  let name = "authorize"
  let method = """
    processor time of the serving plane (user and system, all threads) for each model.authorize of a deployed model,
    as a multiple of one libsodium Ed25519 verify and one sign over the request's bytes, measured before and after each round.
    Each connection has one request in flight. Medians of \(Self.rounds) rounds of \(Self.requests) requests.
    """

  static let rounds = 15
  static let requests = 3000

  func measure() throws -> Findings {
    let home = try Home()
    let planes = try home.start()
    defer { planes.stop() }
    let question = try deployed(in: home)
    var findings = Findings()
    for connections in [1, 32] {
      try measure(question, connections: connections, at: home, serving: planes.serving.pid, into: &findings)
    }
    return findings
  }

  /// A question that the plane answers with PASSED, because it has deployed the model itself.
  private func deployed(in home: Home) throws -> GateQuestion {
    let model = BenchModel(0)
    let path = try ModelPath(home)
    let proposed = try path.propose(model, output: path.submit(model))
    try path.approve(proposed)
    try path.deploy(proposed, weights: home.write(model.weights, to: "weights.bin"))
    return GateQuestion(modelID: model.id, environment: ModelPath.environment, scope: nil)
  }

  private func measure(
    _ question: GateQuestion, connections: Int, at home: Home, serving: pid_t, into findings: inout Findings
  ) throws {
    let deployer = try Deployer(home)
    let floor = try Floor(payload: deployer.request(question).envelope.payload)
    var load = try AuthorizeLoad(deployer, connections: connections)
    let questions = Array(repeating: question, count: Self.requests)
    _ = try load.run(questions)
    let rounds = try (0..<Self.rounds).map { _ in
      try AuthorizeRound(questions, floor: floor, serving: serving, load: &load)
    }
    let title = "\(connections) connection\(connections == 1 ? "" : "s")"
    findings.figures += figures(rounds, title)
    findings.samples.append(title, .array(rounds.map(\.json)))
    let instructions = try Instructions.ratio(of: serving, to: floor, count: Self.requests) {
      _ = try load.run(questions)
    }
    if let instructions {
      let name = "\(title): instructions a request / (verify + sign)"
      findings.figures.append(Figure(name, instructions, "", .atMost(1.2)))
    } else {
      findings.remarks.append("\(title): instructions are not counted on this machine")
    }
  }

  private func figures(_ rounds: [AuthorizeRound], _ title: String) -> [Figure] {
    let latencies = rounds.flatMap(\.latencies).map { $0 * 1e6 }
    return [
      Figure("\(title): CPU a request / (verify + sign)", rounds.map(\.ratio).median, "", .atMost(1.4)),
      Figure("\(title): CPU a request", rounds.map(\.microseconds).median, "us"),
      Figure("\(title): verify + sign", rounds.map(\.floor).median, "us"),
      Figure("\(title): requests a second", rounds.map(\.perSecond).median, "/s"),
      Figure("\(title): latency p50", latencies.quantile(0.5), "us"),
      Figure("\(title): latency p99", latencies.quantile(0.99), "us"),
      Figure("\(title): latency p99.9", latencies.quantile(0.999), "us"),
    ]
  }
}
