import Attestations
import Daemon
import Ledger
import Logging
import PlaneContract
import ServiceLifecycle
import Storage
import Wire

/// The serving plane: re-checks everything itself, deploys, undeploys, and answers deployers. It approves nothing and takes
/// nobody's word alone.
package struct ServingPlane: Plane {
  package static let role = Role.serving
  package static let applicationID = ServingSchema.applicationID
  package static let migrations = ServingSchema.migrations
  package static let evidencedTables = ServingSchema.evidenced
  package static let peer = (configKey: "governance_socket", role: Role.governance)

  private let authorize: AuthorizeHandler
  private let approvals: ApprovalReception
  private let revocations: RevocationReception
  private let deployments: DeploymentHandler
  private let observations: ObservationReception
  private let papers: PaperQueries
  private let recovery: DeploymentRecovery
  private let warming: ApprovalWarming
  private let leases: LeaseReception
  let leaseWatch: LeaseWatch
  let review: DeploymentReview
  let reverification: DeploymentReverification
  /// Rows of the deployments that somebody else wrote: nothing runs by them, and they stay for people to look at.
  private let unreadable: [String]

  package init(context: PlaneContext, config section: ConfigSection) async throws {
    let config = try ServingConfig(section)
    let approvalStore = SQLiteApprovalStore()
    let index = ApprovalIndex(context: context, store: approvalStore)
    let tombstones = TombstoneIndex(
      try await context.database.read { try TombstoneStore().all(root: context.root, in: $0) })
    let running = RunningModels(try await context.database.read { try DeploymentStore().all(in: [.deployed], $0) })
    unreadable = try await context.database.read { try DeploymentStore().unreadable(in: $0) }
    for row in unreadable {
      context.logger.critical("a deployment cannot be read; nothing runs by it", metadata: ["problem": "\(row)"])
    }
    let lease = CurrentLease(try await Self.storedLease(context))
    let decisions = DecisionMaker(context: context, tombstones: tombstones, running: running, leases: lease)
    let service = try Self.service(context, config, index: index, decisions: decisions, running: running)
    let order = PublicationOrder(
      undelivered: try await context.database.read { try TombstoneStore().undelivered(in: $0) })
    authorize = AuthorizeHandler(context: context, index: index, decisions: decisions)
    approvals = ApprovalReception(context: context, store: approvalStore, index: index, order: order)
    revocations = RevocationReception(
      context: context, approvals: approvalStore, store: TombstoneStore(), index: tombstones, deployments: service,
      order: order)
    deployments = DeploymentHandler(service: service)
    leases = LeaseReception(context: context, approvals: approvalStore, tombstones: tombstones, leases: lease)
    papers = PaperQueries(context: context)
    leaseWatch = LeaseWatch(context: context, leases: lease)
    review = DeploymentReview(service: service)
    observations = ObservationReception(context: context, running: running)
    reverification = DeploymentReverification(
      service: service, interval: config.reverification.interval, pace: config.reverification.pace)
    recovery = DeploymentRecovery(service: service)
    warming = ApprovalWarming(context: context, store: approvalStore, index: index, running: running)
    try await recovery.atStart()
  }

  private static func service(
    _ context: PlaneContext, _ config: ServingConfig, index: ApprovalIndex, decisions: DecisionMaker,
    running: RunningModels
  ) throws -> DeploymentService {
    let weights = try WeightsStore(directory: config.store)
    return DeploymentService(
      context: context, index: index, decisions: decisions, store: DeploymentStore(), weights: weights,
      roots: try WeightsRoots(
        roots: config.weightsRoots, excluded: config.privatePaths + [config.store, config.deployments]),
      endpoint: try endpoints(context, config, store: weights), running: running)
  }

  private static func endpoints(
    _ context: PlaneContext, _ config: ServingConfig, store: WeightsStore
  ) throws -> EnvironmentEndpoints {
    let sockets = config.endpoints.map { environment, config in
      (environment.text, SocketEndpoint(config, of: environment, context: context))
    }
    return EnvironmentEndpoints(
      directory: try DirectoryEndpoint(directory: config.deployments, store: store.directory),
      sockets: Dictionary(uniqueKeysWithValues: sockets))
  }

  /// One that no key of governance signed is none.
  private static func storedLease(_ context: PlaneContext) async throws -> HeldLease? {
    guard let stored = try await context.database.read({ try LeaseStore().lease(in: $0) }) else { return nil }
    do { return try HeldLease(accepted: stored.envelope, root: context.root) } catch {
      context.logger.warning(
        "the stored lease no longer verifies; a new one is awaited", metadata: ["error": "\(error)"])
      return nil
    }
  }

  package var routes: [Route] {
    [authorize.route, approvals.route, leases.route, observations.route] + revocations.routes + deployments.routes
      + papers.routes
  }
  package var services: [any Service] { [recovery, review, reverification, leaseWatch, warming] }
  package var reminder: RevocationReminder? { RevocationReminder(TombstoneStore(), peerCounter: "revocations") }

  /// What the service does first; for tests that run no services.
  func reinstate() async { await recovery.reinstateRunning() }

  /// The same, until it is cancelled.
  func keepEnding() async { await recovery.keepEnding() }

  package func trustRootChanged() async throws {
    for (row, reason) in try await recovery.service.fallenShort(under: recovery.service.context.root) {
      recovery.service.context.logger.critical(
        "a model that runs is no longer approved under the trust root; it is denied from now on",
        metadata: ["place": "\(row.place)", "reason": "\(reason)"])
    }
  }

  package func health() throws -> (String, JSONObject) {
    let ending = try recovery.service.context.database.readNow {
      try recovery.service.store.all(in: [.undeploying], $0).count
    }
    var counters: JSONObject = [
      "deployments": .init(recovery.service.running.all.count), "tombstones": .init(revocations.index.count),
      "models_verified": .init(warming.index.count),
    ]
    if let left = leaseWatch.secondsLeft { counters.append("lease_seconds_left", .init(left)) }
    return (try health(ending: ending), counters)
  }

  private func health(ending: Int) throws -> String {
    if let first = unreadable.first { return "deployments that cannot be read: \(unreadable.count); \(first)" }
    if ending > 0 { return "deployments that are being ended: \(ending); see the log when that lasts" }
    if let problem = recovery.service.unrecorded.problem(besides: recovery.service.running) { return problem }
    return try reverification.problem ?? leaseWatch.problem() ?? review.problem ?? "ok"
  }
}
