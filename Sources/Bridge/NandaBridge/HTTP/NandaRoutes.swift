import AgentFacts
import Hummingbird
import Wire

/// What is asked under the prefix, as `sm-bridge` 0.8.0 answers it.
struct NandaRoutes: BridgeRoutes {
  let config: BridgeConfig
  let catalog: Catalog
  let deltas: DeltaLog

  func add(to router: Router<BasicRequestContext>) {
    let prefix = config.prefix
    router.get("\(prefix)/index") { request, _ in try answer(request, index) }
    router.get("\(prefix)/resolve") { request, _ in try answer(request, resolve) }
    router.get("\(prefix)/deltas") { request, _ in try await deltas(request) }
    router.get("\(prefix)/tools") { request, _ in tools.response(to: request) }
  }

  private func answer(_ request: Request, _ body: (QueryParameters) throws -> Answer) throws -> Response {
    do { return try body(QueryParameters(query: request.uri.query ?? "")).response(to: request) } catch let refusal
      as QueryRefusal
    {
      return Answer.refusal(refusal).response(to: request)
    }
  }

  private func index(_ parameters: QueryParameters) throws -> Answer {
    let (query, snapshot, now) = (try IndexQuery(parameters), catalog.snapshot, Timestamp.now())
    let page = snapshot.page(query)
    let hasMore = page.endIndex < snapshot.listed.endIndex
    let answer = IndexAnswer(
      generatedAt: snapshot.builtAt, registry: config.registry.id, agents: page.map { $0.document(at: now) },
      totalCount: snapshot.listed.count, next: hasMore ? page.last?.key : nil)
    return .json(answer.json)
  }

  private func resolve(_ parameters: QueryParameters) throws -> Answer {
    let reference = try AgentReference(parameters, in: config.registry)
    let now = Timestamp.now()
    let entry = try catalog.snapshot.entry(reference)
    let age = max(0, min(60, entry.freshUntil.seconds(since: now)))
    return .json(entry.document(at: now).json, maxAge: Int(age))
  }

  private func deltas(_ request: Request) async throws -> Response {
    do {
      let query = try DeltaQuery(QueryParameters(query: request.uri.query ?? ""))
      let page = try await deltas.page(after: query.since)
      let answer = DeltaAnswer(
        registry: config.registry.id, generatedAt: .now(), deltas: page.deltas, next: page.next)
      return Answer.json(answer.json, tag: "W/\"\(query.since)-\(page.next)\"").response(to: request)
    } catch let refusal as QueryRefusal { return Answer.refusal(refusal).response(to: request) }
  }

  private var tools: Answer {
    .json(ToolsAnswer(registry: config.registry.id, tools: config.tools).fields, maxAge: 60)
  }
}
