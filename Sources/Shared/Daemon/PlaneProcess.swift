import Attestations
import Glibc
import Ledger
import Logging
import MerkleLog
import PlaneContract
import ServiceLifecycle
import Signing
import Storage
import Transport
import UnixSignals
import Wire

/// What one of the three planes brings to the process that runs it.
package protocol Plane: Sendable {
  static var role: Role { get }
  /// Marks the plane's database files.
  static var applicationID: Int32 { get }
  static var migrations: [Migration] { get }
  /// The tables whose rows the log must name.
  static var evidencedTables: [EvidencedTable] { get }
  /// Bytes of disk kept for revocations; 0 for a plane that takes none.
  static var diskReserve: Int64 { get }
  /// The config key of the socket that this plane delivers to, and whose it is.
  static var peer: (configKey: String, role: Role) { get }

  /// Builds the plane and finishes what an earlier process began. Reads its own keys from `config`, and no others.
  init(context: PlaneContext, config: ConfigSection) async throws
  var routes: [Route] { get }
  var services: [any Service] { get }
  /// Keeps the peer from forgetting what this plane has told it; nil when there is nothing of the kind.
  var reminder: RevocationReminder? { get }
  /// Whether what waits for the peer is not fit to be sent yet.
  func holdsBack(_ kind: MessageKind) -> Bool
  /// A new trust root is in force: what follows from it beyond the decisions to come.
  func trustRootChanged() async throws
  /// `ok` or what needs attention, and numbers for `plane.status`.
  func health() throws -> (String, JSONObject)
}

extension Plane {
  package func trustRootChanged() async throws {}
  package func holdsBack(_: MessageKind) -> Bool { false }
  package var reminder: RevocationReminder? { nil }
  /// Room for over ten revocations as large as they can be, and for a hundred as they are.
  package static var diskReserve: Int64 { 8 << 20 }
}

/// The life of a daemon: configuration, trust, key, storage, sockets, ready, and a clean end on SIGTERM.
package enum PlaneProcess<P: Plane> {
  package static func run(configPath: String) async throws {
    // Until `TrustReload` listens: the default action would end the daemon.
    signal(SIGHUP, SIG_IGN)
    // A file that may not grow is an error of the write, like a full disk, and not the end of the daemon.
    signal(SIGXFSZ, SIG_IGN)
    let section = try ConfigFile.read(path: configPath)
    let config = try PlaneConfig(section, of: P.role, peerKey: P.peer.configKey)
    let logger = StderrLogHandler.logger(label: P.role.planeName)
    let adopted = try SystemdSockets.adopt()
    let context = try await makeContext(config, logger: logger)
    let plane: P
    do { plane = try await P(context: context, config: section) } catch StorageError.corrupt(let problem) {
      throw StorageError.corrupt("\(config.database): \(problem)")
    }
    try section.finish()
    try await serve(plane, context: context, config: config, adopted: adopted)
  }

  /// Takes the wall clock's time for right, also where this plane has seen a later one; for a plane that is stopped.
  ///
  /// - Throws: `StorageError.unusable` while the plane runs.
  package static func acceptClock(configPath: String) async throws -> ClockAcceptance {
    let config = try PlaneConfig(ConfigFile.read(path: configPath), of: P.role, peerKey: P.peer.configKey)
    let context = try await makeContext(config, logger: StderrLogHandler.logger(label: P.role.planeName))
    let acceptance = try await ClockAcceptance.accept(in: context)
    try context.database.close()
    return acceptance
  }

  private static func makeContext(_ config: PlaneConfig, logger: Logger) async throws -> PlaneContext {
    if config.requireDistinctUIDs { try HostIsolation.require(for: P.role) }
    let signer = try KeyFile.loadSecret(path: config.key)
    try StateDirectory.prepare(directory(of: config.database))
    let database = try PlaneDatabase.open(
      path: config.database, applicationID: P.applicationID, migrations: P.migrations, reserve: P.diskReserve)
    let (highest, jumped) = try database.readNow {
      (try ClockHighWater.highest(in: $0), try UnacceptedClockJump.time(in: $0))
    }
    let clock = SystemClock(
      unaccepted: jumped.map(Timestamp.init(microseconds:)), highest: highest.map(Timestamp.init(microseconds:)))
    let trust = try TrustAtStart(config, database: database)
    guard let principal = trust.root.holder(of: signer.publicKey), principal.holds(P.role) else {
      throw StorageError.unusable(
        "key \(config.key): trust root version \(trust.root.version) does not give it the role \(P.role.rawValue); this is not this plane's key"
      )
    }
    let context = try PlaneContext(
      principal: principal, root: trust.root, signer: signer, clock: clock, database: database, logger: logger)
    // Before anything is added to it.
    try await EvidenceAtStart(context: context, tables: evidencedTables).check()
    try await trust.settle(in: context)
    return context
  }

  private static var evidencedTables: [EvidencedTable] { [TrustRootStore.evidenced] + P.evidencedTables }

  private static func serve(
    _ plane: P, context: PlaneContext, config: PlaneConfig, adopted: [String: Int32]
  ) async throws {
    let folder = TrustRootFolder(path: config.trustRoot)
    if let fault = await LogResetIntake(context: context, folder: folder).take(), context.trust.fault == nil {
      context.trust.report(fault)
    }
    let common = [StatusRoute(plane: plane, context: context).route, LedgerRoute(context: context).route]
    let router = RequestRouter(context: context, routes: plane.routes + common, audience: config.audience)
    let server = SocketServer { closed in
      context.logger.debug("connection closed", metadata: ["socket": "\(closed.socket)", "reason": "\(closed.reason)"])
    }
    try bind(server, router: router, config: config, adopted: adopted)
    let courier = Courier(
      context: context, peer: P.peer.role, socketPath: config.peerSocket, reminder: plane.reminder,
      holdsBack: plane.holdsBack)
    let reload = TrustReload(
      context: context, role: P.role, folder: folder, pinned: config.trustRootDigest,
      changed: plane.trustRootChanged)
    let watchdog = Watchdog.fromEnvironment { _ = try? context.database.readNow { try ClockHighWater.highest(in: $0) } }
    let services: [any Service] =
      [
        SocketService(server: server), reload, courier, MinuteTick(context: context),
        EvidenceAuditing(context: context, tables: evidencedTables),
      ] + [watchdog].compactMap { $0 } + plane.services + witnessing(context, config)
    // A plane that did not start would take no revocations.
    _ = try await context.commit(mayUseReserve: true) { database in
      try context.record(
        .planeStarted,
        ["version": .string(ProjectVersion.text), "trust_root_version": .init(context.root.version)], in: database)
    }
    context.logger.info(
      "ready", metadata: ["plane": "\(context.principal.id)", "trust_root_version": "\(context.root.version)"])
    SystemdNotification.fromEnvironment().ready()
    let group = ServiceGroup(
      services: services, gracefulShutdownSignals: [.sigterm, .sigint],
      logger: StderrLogHandler.logger(label: "lifecycle", level: .error))
    try await group.run()
    try context.database.close()
  }

  /// Governance is asked, and asks nobody: what it needs to hear comes with what it is shown.
  private static func witnessing(_ context: PlaneContext, _ config: PlaneConfig) -> [any Service] {
    guard P.peer.role == .governance else { return [] }
    return [WitnessService(context: context, peer: P.peer.role, socketPath: config.peerSocket)]
  }

  private static func bind(
    _ server: SocketServer, router: RequestRouter, config: PlaneConfig, adopted: [String: Int32]
  ) throws {
    // With groups, their members must be able to pass through; only the plane may write.
    if adopted.isEmpty { try StateDirectory.prepare(config.sockets, mode: config.socketGroups ? 0o755 : 0o700) }
    for socket in SocketName.sockets(of: P.role) {
      try server.bind(
        name: socket.fileName, target: target(of: socket, config: config, adopted: adopted),
        handler: router.handler(of: socket))
    }
  }

  private static func target(
    of socket: SocketName, config: PlaneConfig, adopted: [String: Int32]
  ) throws -> ListenTarget {
    guard adopted.isEmpty else {
      guard let descriptor = adopted[socket.fileName] else {
        throw StorageError.unusable("the service manager passed sockets, but none called \(socket.fileName)")
      }
      return .descriptor(descriptor)
    }
    return .path("\(config.sockets)/\(socket.fileName)", group: config.socketGroups ? try groupID(socket.group) : nil)
  }

  private static func groupID(_ name: String) throws -> UInt32 {
    guard let entry = unsafe getgrnam(name) else {
      throw StorageError.unusable("there is no group \(name) on this host; create it or set socket_groups: false")
    }
    return unsafe entry.pointee.gr_gid
  }

  private static func directory(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }
}
