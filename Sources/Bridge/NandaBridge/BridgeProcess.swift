import AgentFacts
import Attestations
import Daemon
import Glibc
import Logging
import PlaneContract
import ServiceLifecycle
import Signing
import Storage
import UnixSignals
import Wire

/// The life of the bridge: configuration, database, trust, key, catalog, HTTP, ready, and a clean end on SIGTERM.
package enum BridgeProcess {
  package static func run(configPath: String) async throws {
    // A new trust root is looked for at every round.
    signal(SIGHUP, SIG_IGN)
    signal(SIGPIPE, SIG_IGN)
    let section = try ConfigFile.read(path: configPath)
    let config = try BridgeConfig(section)
    try section.finish()
    let logger = StderrLogHandler.logger(label: "nanda-bridge")
    try StateDirectory.prepare(directory(of: config.database))
    let database = try PlaneDatabase.open(
      path: config.database, applicationID: DeltaSchema.applicationID, migrations: DeltaSchema.migrations)
    try await serve(config, database: database, logger: logger)
    try database.close()
  }

  private static func serve(_ config: BridgeConfig, database: PlaneDatabase, logger: Logger) async throws {
    let trust = try await FollowedTrust(
      folder: config.trustRoot, pinned: config.trustRootDigest, database: database, now: .now())
    let reader = Reader(key: try KeyFile.loadSecret(path: config.key), trust: trust)
    let (catalog, counters) = (Catalog(), RequestCounters())
    let deltas = DeltaLog(database: database, kept: config.keptDeltas)
    _ = try reader.name(under: trust.root)
    let line = { (plane: Role) in
      PlaneLine(plane, socket: plane == .serving ? config.servingSocket : config.governanceSocket, reader: reader)
    }
    let sight = PlaneSight(
      governance: GovernanceReading(line: line(.governance), reader: reader),
      serving: ServingReading(line: line(.serving), reader: reader), trust: trust, logger: logger)
    let maker = DocumentMaker(
      registry: config.registry, serving: ServingReading(line: line(.serving), reader: reader), log: deltas,
      file: try DocumentFile(in: directory(of: config.database)), logger: logger)
    let keeper = try await CatalogKeeper(
      config: config, sight: sight, maker: maker, deltas: deltas, catalog: catalog, logger: logger)
    try await keeper.round()
    let routes: [any BridgeRoutes] = [
      NandaRoutes(config: config, catalog: catalog, maker: maker, deltas: deltas),
      DiscoveryRoutes(config: config, trust: trust),
      HealthRoutes(catalog: catalog, trust: trust, counters: counters),
      PageRoutes(
        site: Site(registry: config.registry.id, provider: config.registry.provider.name), prefix: config.prefix,
        catalog: catalog, trust: trust,
        decisions: DecisionDesk(serving: ServingReading(line: line(.serving), reader: reader)),
        drift: DriftDesk(governance: GovernanceReading(line: line(.governance), reader: reader)),
        verification: VerificationDesk(rootDigest: config.trustRootDigest)),
    ]
    let server = BridgeServer(
      listen: config.listen, limits: config.limits, routes: routes, counters: counters,
      logger: StderrLogHandler.logger(label: "http", level: .error))
    let http = server.service { address in
      logger.info("ready", metadata: ["address": "\(address)", "registry": "\(config.registry.id)"])
      SystemdNotification.fromEnvironment().ready()
    }
    let group = ServiceGroup(
      services: [http, keeper], gracefulShutdownSignals: [.sigterm, .sigint],
      logger: StderrLogHandler.logger(label: "lifecycle", level: .error))
    try await group.run()
  }

  private static func directory(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }
}
