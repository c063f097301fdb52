import AgentFacts
import Hummingbird
import Signing
import Wire

/// What is asked under the prefix, as `sm-bridge` 0.8.0 answers it.
struct NandaRoutes: BridgeRoutes {
  /// No answer is repeated by a cache for longer.
  private static let maximumAge: Int64 = 60

  let config: BridgeConfig
  let catalog: Catalog
  let maker: DocumentMaker
  let deltas: DeltaLog
  let pages = IndexPages()

  func add(to router: Router<BridgeContext>) {
    let prefix = config.prefix
    let tools = Answer.json(ToolsAnswer(registry: config.registry.id, tools: config.tools).fields, maxAge: 60)
    router.get("\(prefix)/index") { request, _ in try await answer(request, index) }
    router.get("\(prefix)/resolve") { request, _ in try await answer(request, resolve) }
    router.get("\(prefix)/deltas") { request, _ in try await answer(request, changes) }
    router.get("\(prefix)/tools") { request, _ in tools.response(to: request) }
  }

  private func answer(_ request: Request, _ body: (QueryParameters) async throws -> Answer) async throws -> Response {
    do { return try await body(QueryParameters(query: request.uri.query)).response(to: request) } catch let refusal
      as QueryRefusal
    { return Answer.refusal(refusal).response(to: request) }
  }

  private func resolve(_ parameters: QueryParameters) async throws -> Answer {
    let reference = try AgentReference(parameters, in: config.registry)
    let now = Timestamp.now()
    let found = try await maker.document(of: catalog.snapshot.directory.listing(reference), at: now)
    return .json(found.document.json, tag: Self.tag(found.document), maxAge: Self.age(until: found.freshUntil, at: now))
  }

  private func index(_ parameters: QueryParameters) async throws -> Answer {
    let (query, directory, now) = (try IndexQuery(parameters), catalog.snapshot.directory, Timestamp.now())
    if let page = pages.page(query, of: directory, at: now) { return Self.answer(page, at: now) }
    let listed = directory.page(query)
    var (documents, freshUntil): ([AgentDocument], Timestamp) = ([], now.adding(seconds: Int(Self.maximumAge)))
    for listing in listed {
      let found = try await maker.document(of: listing, at: now)
      documents.append(found.document)
      freshUntil = min(freshUntil, found.freshUntil)
    }
    let hasMore = listed.endIndex < directory.listed.endIndex
    let json = IndexAnswer(
      generatedAt: now, registry: config.registry.id, agents: documents, totalCount: directory.listed.count,
      next: hasMore ? listed.last?.key : nil
    ).json
    let page = IndexPages.Page(body: ByteBuffer(bytes: json), tag: Self.tag(json), freshUntil: freshUntil)
    pages.keep(page, for: query, of: directory)
    return Self.answer(page, at: now)
  }

  private func changes(_ parameters: QueryParameters) async throws -> Answer {
    let query = try DeltaQuery(parameters)
    let page = try await deltas.page(after: query.since)
    let answer = DeltaAnswer(
      registry: config.registry.id, generatedAt: .now(), deltas: page.deltas, next: page.next)
    // What was told once is never told otherwise: where it begins and ends says which changes they are.
    return .json(answer.json, tag: "W/\"\(query.since)-\(page.next)\"")
  }

  private static func answer(_ page: IndexPages.Page, at now: Timestamp) -> Answer {
    Answer(
      status: .ok, type: .json, body: page.body, tag: page.tag, maxAge: age(until: page.freshUntil, at: now))
  }

  private static func age(until end: Timestamp, at now: Timestamp) -> Int {
    Int(max(0, min(maximumAge, end.seconds(since: now))))
  }

  private static func tag(_ document: AgentDocument) -> String { tag(document.json) }
  private static func tag(_ json: [UInt8]) -> String { "\"\(Digest(hashing: json).hex.prefix(32))\"" }
}
