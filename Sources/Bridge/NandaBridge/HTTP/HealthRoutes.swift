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
    let isWell = snapshot.isWell(at: .now, within: patience) && trust.fault == nil
    let fields: JSONObject = [
      "status": isWell ? "ok" : "degraded", "known_at": .init(snapshot.knownAt?.messageText),
      "agents": .init(snapshot.listed.count), "trust_root_version": .init(trust.root.version),
      "governance": .object(snapshot.governance.fields), "serving": .object(snapshot.serving.fields),
    ]
    let json = Answer.json(fields)
    return Answer(status: isWell ? .ok : .serviceUnavailable, type: .json, body: json.body)
  }

  private var metrics: Answer {
    let snapshot = catalog.snapshot
    var text = OpenMetrics()
    text.gauge("nanda_bridge_agents", "Agents that are listed.", [("", snapshot.listed.count)])
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

  /// Whether it is true now, as far as the bridge can know.
  func isWell(at instant: ContinuousClock.Instant, within patience: Duration) -> Bool {
    governance.isAnswering && serving.isAnswering && fault == nil && instant - self.instant < patience
  }
}

extension PlaneWatch {
  fileprivate var fields: JSONObject {
    ["answering": .bool(isAnswering), "last_answer": .init(answeredAt?.messageText)]
  }
}
