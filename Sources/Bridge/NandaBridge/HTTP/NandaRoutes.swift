import AgentFacts
import Hummingbird
import Signing
import Wire

/// What is asked under the prefix, as `sm-bridge` 0.8.0 answers it.
struct NandaRoutes: BridgeRoutes {
  /// No answer is repeated by a cache for longer.
  private static let maximumAge = 60
  /// How long documents are made for one request.
  private static let patience = Duration.seconds(20)

  let config: BridgeConfig
  let catalog: Catalog
  let maker: DocumentMaker
  let deltas: DeltaLog
  let pages = IndexPages()
  /// A page has fewer agents than were asked for rather than more than this, and one at least.
  private static let pageBytes = 8 << 20
  /// A page is megabytes while it is put together: however many are asked for, one is at a time.
  private let assembly = Turn(places: 10_000)
  /// For answers that are on their way.
  let budget = ByteBudget(96 << 20)

  func add(to router: Router<BridgeContext>) {
    let prefix = config.prefix
    let tools = Answer.json(ToolsAnswer(registry: config.registry.id, tools: config.tools).fields, maxAge: 60)
    router.get("\(prefix)/index") { request, context in
      try await answer(request) { try await index($0, context.patience(Self.patience)) }
    }
    router.get("\(prefix)/resolve") { request, context in
      try await answer(request) { try await resolve($0, context.patience(Self.patience)) }
    }
    router.get("\(prefix)/deltas") { request, _ in try await answer(request, changes) }
    router.get("\(prefix)/tools") { request, _ in tools.response(to: request) }
  }

  private func answer(_ request: Request, _ body: (QueryParameters) async throws -> Answer) async throws -> Response {
    // That nobody is listed would be said of agents of whom nothing is known.
    guard catalog.snapshot.knowsAgents else {
      return Answer.askAgain("Nothing is known of any agent yet; ask again", to: request)
    }
    do {
      return try await body(QueryParameters(query: request.uri.query)).response(to: request, within: budget)
    } catch let refusal as QueryRefusal { return Answer.refusal(refusal).response(to: request) }
  }

  private func resolve(_ parameters: QueryParameters, _ patience: Patience) async throws -> Answer {
    let reference = try AgentReference(parameters, in: config.registry)
    let told = try await maker.document(of: catalog.snapshot.directory.listing(reference), patience)
    return .json(told.document.json, tag: Self.tag(told.digest), maxAge: Self.age(told.freshness))
  }

  private func index(_ parameters: QueryParameters, _ patience: Patience) async throws -> Answer {
    let (query, directory) = (try IndexQuery(parameters), catalog.snapshot.directory)
    let edition = IndexPages.Edition(directory: directory.number, documents: maker.file.edition)
    if let page = pages.page(query, of: edition) { return Self.answer(page) }
    let listed = directory.page(query)
    try await maker.prepare(listed, patience)
    try await assembly.take(until: patience.deadline)
    defer { assembly.give() }
    if let page = pages.page(query, of: edition) { return Self.answer(page) }
    let told = try await maker.documents(of: listed, upTo: Self.pageBytes, patience)
    let now = Moment.now()
    let longest = Freshness(until: now.time.adding(seconds: Self.maximumAge), from: now)
    let last = listed.prefix(told.count)
    let hasMore = last.endIndex < directory.listed.endIndex
    let json = IndexAnswer(
      generatedAt: now.time, registry: config.registry.id, agents: told.map(\.document),
      totalCount: directory.listed.count,
      next: hasMore ? last.last?.key : nil
    ).json
    let page = IndexPages.Page(
      body: ByteBuffer(bytes: json), tag: Self.tag(Digest(hashing: json)),
      freshness: told.reduce(longest) { $0.and($1.freshness) })
    if !told.isEmpty { pages.keep(page, for: query, of: edition) }
    return Self.answer(page)
  }

  private func changes(_ parameters: QueryParameters) async throws -> Answer {
    let query = try DeltaQuery(parameters)
    let page = try await deltas.page(after: query.since)
    let answer = DeltaAnswer(
      registry: config.registry.id, generatedAt: .now(), deltas: page.deltas, next: page.next)
    // What was told once is never told otherwise: where it begins and ends says which changes they are.
    return .json(answer.json, tag: "W/\"\(query.since)-\(page.next)\"")
  }

  private static func answer(_ page: IndexPages.Page) -> Answer {
    Answer(status: .ok, type: .json, body: page.body, tag: page.tag, maxAge: age(page.freshness))
  }

  /// Of an answer that is sent now.
  private static func age(_ freshness: Freshness) -> Int { min(maximumAge, freshness.seconds(from: .now())) }

  private static func tag(_ digest: Digest) -> String { "\"\(digest.hex.prefix(32))\"" }
}
