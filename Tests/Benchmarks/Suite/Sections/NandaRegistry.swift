import Foundation
import Wire

/// The bridge beside `sm-bridge`, with the same records.
struct NandaRegistry: Section {
  let name = "nanda"
  let method = """
    a home with \(Self.models) models, every one submitted, proposed and approved over the sockets. nanda-bridge lists them; sm-bridge
    0.8.0 is given the records that it lists, in one uvicorn process. wrk with one thread and \(WrkLoad.connections) connections asks
    each for the first 100 of the index, for one model, and for a random one of all: \(Self.seconds) s each, in turns, medians of
    \(Self.rounds) rounds. Before, every model was asked for once. A decision is asked anew of the serving plane where it has ended.
    """

  static let models = ProcessInfo.processInfo.environment["MODELS"].flatMap { Int($0) } ?? 10_000
  static let seconds = 5
  static let rounds = 3

  private struct Round {
    let index: WrkLoad
    let resolve: WrkLoad
    let random: WrkLoad

    static let index = "/nanda/index?limit=100"
    static let resolve = "/nanda/resolve?agent=bench/model-1000007"

    init(_ url: String) throws {
      index = try WrkLoad(url + Self.index, seconds: NandaRegistry.seconds)
      resolve = try WrkLoad(url + Self.resolve, seconds: NandaRegistry.seconds)
      random = try WrkLoad(url, seconds: NandaRegistry.seconds, script: ("resolve.lua", "\(NandaRegistry.models)"))
    }

    var json: JSONValue { ["index": index.json, "resolve": resolve.json, "random": random.json] }
  }

  func measure() throws -> Findings {
    let home = try Home()
    let planes = try home.start()
    defer { planes.stop() }
    _ = try ApprovalCrowd(home: home).make(Self.models)
    let bridge = try RunningBridge(of: home)
    defer { bridge.stop() }
    while try bridge.listed() < Self.models { Pause.milliseconds(200) }
    let idle = try Residence(of: bridge.pid).resident
    let upstream = try UpstreamBridge(with: bridge)
    defer { upstream.stop() }
    let rounds = try (0..<Self.rounds).map { _ in (ours: try Round(bridge.url), theirs: try Round(upstream.url)) }
    let bare = (index: try bare(Round.index, of: bridge), resolve: try self.bare(Round.resolve, of: bridge))
    var findings = Findings()
    findings.figures =
      compare("index of 100", 20, rounds) { $0.index } + compare("resolve, one model", 10, rounds) { $0.resolve }
      + compare("resolve, a random model", 10, rounds) { $0.random }
    findings.figures += [
      Figure("index of 100: a server that only writes the same bytes", bare.index, "/s"),
      Figure("resolve: a server that only writes the same bytes", bare.resolve, "/s"),
      Figure("nanda-bridge: resident before", idle, "MB"),
      Figure("nanda-bridge: resident after", try Residence(of: bridge.pid).resident, "MB", .atMost(80)),
      Figure("sm-bridge: resident after", try Residence(of: upstream.pid).resident, "MB"),
    ]
    findings.samples = ["rounds": .array(rounds.map { ["ours": $0.ours.json, "theirs": $0.theirs.json] })]
    return findings
  }

  /// How often a second the same answer goes out that nobody has to think of.
  private func bare(_ path: String, of bridge: RunningBridge) throws -> Double {
    let server = try BareServer(answering: BareServer.answer(of: bridge.url + path))
    defer { server.stop() }
    return try WrkLoad(server.url, seconds: Self.seconds).perSecond
  }

  private func compare(
    _ title: String, _ bar: Double, _ rounds: [(ours: Round, theirs: Round)], _ load: (Round) -> WrkLoad
  ) -> [Figure] {
    let ours = rounds.map { load($0.ours).perSecond }.median
    let theirs = rounds.map { load($0.theirs).perSecond }.median
    return [
      Figure("\(title): nanda-bridge / sm-bridge", ours / theirs, "", .atLeast(bar)),
      Figure("\(title): nanda-bridge", ours, "/s"), Figure("\(title): sm-bridge", theirs, "/s"),
      Figure("\(title): nanda-bridge, latency p99", rounds.map { load($0.ours).p99 }.median, "ms"),
      Figure("\(title): sm-bridge, latency p99", rounds.map { load($0.theirs).p99 }.median, "ms"),
    ]
  }
}
