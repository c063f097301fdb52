import Daemon
import Glibc
import Logging
import ServiceLifecycle
import Storage
import UnixSignals

/// The life of the bridge: configuration, database, trust, key, catalog, HTTP, ready, and a clean end on SIGTERM.
package enum BridgeProcess {
  package static func run(configPath: String) async throws {
    // New trust roots are looked for in every round anyway.
    signal(SIGHUP, SIG_IGN)
    signal(SIGPIPE, SIG_IGN)
    let section = try ConfigFile.read(path: configPath)
    let config = try BridgeConfig(section)
    try section.finish()
    do { try await run(config) } catch let fault as ListenFault { throw section.failure("listen", "\(fault)") }
  }

  private static func run(_ config: BridgeConfig) async throws {
    let logger = StderrLogHandler.logger(label: "nanda-bridge")
    // Now, and not when the planes have been waited for.
    do { try config.listen.path.map(ListenPath.init)?.makeRoom() } catch { throw ListenFault(error) }
    let folder = directory(of: config.database)
    try StateDirectory.prepare(folder)
    let (bridge, database) = try await open(config, folder: folder, logger: logger)
    await bridge.prepare()
    try await serve(bridge, logger: logger)
    try database.close()
  }

  private static func open(
    _ config: BridgeConfig, folder: String, logger: Logger
  ) async throws -> (Bridge, PlaneDatabase) {
    do {
      let database = try PlaneDatabase.open(
        path: config.database, applicationID: DeltaSchema.applicationID, migrations: DeltaSchema.migrations)
      return (try await Bridge(config: config, database: database, folder: folder, logger: logger), database)
    } catch StorageError.corrupt(let problem) {
      // No backup: an older log would not know what was told since, and a new one says so to whoever follows.
      throw StorageError.unusable(
        "the database \(config.database) is damaged (\(problem)); nothing in it is evidence: move it away with its -wal and "
          + "-shm and start again; the log of changes then begins anew, and followers are told so (410)")
    }
  }

  private static func serve(_ bridge: Bridge, logger: Logger) async throws {
    let services = bridge.services { address in
      logger.info("ready", metadata: ["address": "\(address)"])
      SystemdNotification.fromEnvironment().ready()
    }
    let group = ServiceGroup(
      services: services, gracefulShutdownSignals: [.sigterm, .sigint],
      logger: StderrLogHandler.logger(label: "lifecycle", level: .error))
    try await group.run()
  }

  private static func directory(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }
}
