import Attestations
import Hummingbird
import NIOCore
import Wire

/// How the bridge is, for who runs it.
struct HealthRoutes: BridgeRoutes {
  let catalog: Catalog
  let trust: FollowedTrust
  let counters: RequestCounters
  let documents: DocumentFile
  /// How old what is known may be.
  let patience: Duration
  /// Rounds that may be missed before what is known is too old.
  static let missedRounds = 3

  func add(to router: Router<BridgeContext>) {
    router.get("/healthz") { request, _ in health.response(to: request) }
    router.get("/metrics") { request, _ in metrics.response(to: request) }
  }

  /// 200 while both planes answer, followers are told and the catalog is kept, else 503. What is served while a plane is away is what was
  /// known last, and certifies nothing.
  private var health: Answer {
    let snapshot = catalog.snapshot
    let trouble = snapshot.trouble(at: .now, within: patience) + (trust.fault == nil ? [] : [Self.trustTrouble])
    let isWell = trouble.isEmpty
    let fields: JSONObject = [
      "status": isWell ? "ok" : "degraded", "reason": isWell ? .null : .string(trouble.joined(separator: "; ")),
      "known_at": .init(snapshot.knownAt?.messageText),
      "agents": .init(snapshot.listed.count), "trust_root_version": .init(trust.root.version),
      "governance": .object(snapshot.governance.fields), "serving": .object(snapshot.serving.fields),
    ]
    let json = Answer.json(fields)
    return Answer(status: isWell ? .ok : .serviceUnavailable, type: .json, body: json.body)
  }

  /// In fixed words: a server in front of the bridge may show them to anybody.
  private static let trustTrouble = "newer trust roots would not be seen (the log says why)"

  private var metrics: Answer {
    let snapshot = catalog.snapshot
    var text = OpenMetrics()
    text.gauge("nanda_bridge_agents", "Agents that are listed.", [("", snapshot.listed.count)])
    text.gauge(
      "nanda_bridge_agents_unlisted",
      "Agents of the config whose model has no approval in force, or none for where they run.",
      [("", snapshot.unlistedCount)])
    text.gauge(
      "nanda_bridge_plane_up", "Whether a plane answers.",
      [
        ("plane=\"governance-plane\"", snapshot.governance.isAnswering ? 1 : 0),
        ("plane=\"serving-plane\"", snapshot.serving.isAnswering ? 1 : 0),
      ])
    text.gauge(
      "nanda_bridge_known_seconds", "Since when what is told is known, in seconds since 1970.",
      snapshot.knownAt.map { [("", Int($0.seconds(since: Timestamp(microseconds: 0))))] } ?? [])
    text.counter(
      "nanda_bridge_documents", "Documents that were made, each by asking the serving plane.",
      [("", documents.keptCount)])
    text.counter(
      "nanda_bridge_requests", "Requests that were answered, by the class of their status.",
      counters.counts.map { ("status=\"\($0.status)\"", $0.count) })
    return Answer(status: .ok, type: .openMetrics, body: ByteBuffer(string: text.end()))
  }
}

extension CatalogSnapshot {
  /// Nil while nothing is known of any agent.
  fileprivate var knownAt: Timestamp? { knowsAgents ? builtAt : nil }

  /// Why it may not be true now, as far as the bridge can know; nothing where it is.
  func trouble(at instant: ContinuousClock.Instant, within patience: Duration) -> [String] {
    [
      (!governance.isAnswering, "governance-plane does not answer"),
      (!serving.isAnswering, "serving-plane does not answer"),
      (fault != nil, "what has changed could not be recorded (the log says why)"),
      (instant - self.instant >= patience, "the last look at the planes is too old"),
    ].filter(\.0).map(\.1)
  }
}

extension PlaneWatch {
  fileprivate var fields: JSONObject {
    ["answering": .bool(isAnswering), "last_answer": .init(answeredAt?.messageText)]
  }
}
