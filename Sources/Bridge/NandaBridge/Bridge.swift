import AgentFacts
import Attestations
import Daemon
import Logging
import PlaneContract
import ServiceLifecycle
import Signing
import Storage
import Wire

/// The composition root of the bridge: builds its parts, and says which of them answer what.
struct Bridge: Sendable {
  /// How long a client may have to wait for the serving plane.
  private static let clientPatience = Duration.seconds(3)

  private let config: BridgeConfig
  private let trust: FollowedTrust
  private let deltas: DeltaLog
  private let maker: DocumentMaker
  private let keeper: CatalogKeeper
  private let pages: PageRoutes
  private let catalog = Catalog()
  private let counters = RequestCounters()
  private let logger: Logger

  /// - Throws: `TrustFault` where the trust root does not make the key a reader's.
  init(config: BridgeConfig, database: PlaneDatabase, folder: String, logger: Logger) async throws {
    self.config = config
    self.logger = logger
    trust = try await FollowedTrust(
      folder: config.trustRoot, pinned: config.trustRootDigest, database: database, now: .now(), logger: logger)
    let reader = Reader(key: try KeyFile.loadSecret(path: config.key), path: config.key, trust: trust)
    _ = try reader.name(under: trust.root)
    deltas = DeltaLog(database: database, kept: config.keptDeltas)
    let names = RegistryNames(config.registry)
    if let count = try await deltas.speak(as: names) {
      logger.warning(
        "the log of changes begins anew, for agents of these names",
        metadata: ["names": "\(names)", "forgotten": "\(count)"])
    }
    // Each asker has a line of its own: one question at a time goes over one.
    let papers = PaperStore(database: database)
    // A plane that hangs keeps the other one's news waiting for no longer.
    let line = { (plane: Role, socket: String) in
      PlaneLine(plane, socket: socket, reader: reader, patience: Self.clientPatience)
    }
    let sight = PlaneSight(
      governance: GovernanceReading(line: line(.governance, config.governanceSocket), reader: reader),
      serving: ServingReading(line: line(.serving, config.servingSocket), reader: reader), trust: trust,
      papers: papers, logger: logger)
    let file = try DocumentFile(in: folder)
    let newMaker = { [deltas, trust] in
      let governance = line(.governance, config.governanceSocket)
      return DocumentMaker(
        registry: config.registry,
        serving: ServingReading(line: line(.serving, config.servingSocket), reader: reader),
        governance: GovernanceReading(line: governance, reader: reader),
        approvals: ApprovalLog(line: governance, trust: trust), papers: papers, trust: trust, log: deltas, file: file,
        places: config.limits.connections, logger: logger)
    }
    maker = newMaker()
    let decisions = DecisionDesk(
      serving: ServingReading(line: line(.serving, config.servingSocket), reader: reader))
    keeper = try await CatalogKeeper(
      poll: config.poll, registry: config.registry, sight: sight,
      roll: Roll(agents: config.agents, privateModels: config.privateModels), maker: newMaker(), decisions: decisions,
      deltas: deltas, catalog: catalog, logger: logger)
    try await keeper.withhold(at: .now())
    pages = PageRoutes(
      site: Site(registry: config.registry.id, provider: config.registry.provider.name), prefix: config.prefix,
      catalog: catalog, trust: trust,
      decisions: decisions,
      drift: DriftDesk(
        governance: GovernanceReading(line: line(.governance, config.governanceSocket), reader: reader)),
      verification: VerificationDesk(rootDigest: config.trustRootDigest))
  }

  /// Looks at the planes once, so that the first client is not told that there is nothing.
  func prepare() async { await keeper.round() }

  private var routes: [any BridgeRoutes] {
    [
      NandaRoutes(config: config, catalog: catalog, maker: maker, deltas: deltas),
      DiscoveryRoutes(config: config, trust: trust),
      HealthRoutes(
        catalog: catalog, trust: trust, counters: counters, documents: maker.file,
        patience: config.poll * HealthRoutes.missedRounds + CatalogKeeper.longestRound),
      pages,
    ]
  }

  /// - Parameter ready: called once, when clients can connect, with where.
  func services(ready: @escaping @Sendable (_ address: String) -> Void) -> [any Service] {
    let server = BridgeServer(
      listen: config.listen, limits: config.limits, routes: routes, counters: counters,
      logger: StderrLogHandler.logger(label: "http", level: .error))
    // By what requests read; that nobody ever told of such a change is answer enough.
    let watchdog = Watchdog.fromEnvironment { [deltas] in _ = try? await deltas.page(after: .max) }
    return [server.service(ready: ready), keeper, MemoryReturn()] + [watchdog].compactMap { $0 }
  }
}
