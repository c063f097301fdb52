import Attestations
import Daemon
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
  package static let peer = (configKey: "governance_socket", role: Role.governance)

  private let authorize: AuthorizeHandler
  private let approvals: ApprovalReception
  private let revocations: RevocationReception
  private let deployments: DeploymentHandler
  private let observations: ObservationReception
  private let recovery: DeploymentRecovery
  private let warming: ApprovalWarming
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
    let decisions = DecisionMaker(context: context, tombstones: tombstones, running: running)
    let service = try Self.service(context, config, index: index, decisions: decisions, running: running)
    let order = PublicationOrder(
      undelivered: try await context.database.read { try TombstoneStore().undelivered(in: $0) })
    authorize = AuthorizeHandler(context: context, index: index, decisions: decisions)
    approvals = ApprovalReception(context: context, store: approvalStore, index: index, order: order)
    revocations = RevocationReception(
      context: context, approvals: approvalStore, store: TombstoneStore(), index: tombstones, deployments: service,
      order: order)
    deployments = DeploymentHandler(service: service)
    observations = ObservationReception(context: context, running: running)
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
      endpoint: try DirectoryEndpoint(directory: config.deployments, store: weights.directory), running: running)
  }

  package var routes: [Route] {
    [authorize.route, approvals.route, observations.route] + revocations.routes + deployments.routes
  }
  package var services: [any Service] { [recovery, warming] }
  package var reminder: RevocationReminder? { RevocationReminder(TombstoneStore(), peerCounter: "revocations") }

  /// What the service does first; for tests that run no services.
  func reinstate() async { await recovery.reinstateRunning() }

  package func health() throws -> (String, JSONObject) {
    let ending = try recovery.service.context.database.readNow {
      try recovery.service.store.all(in: [.undeploying], $0).count
    }
    return (
      health(ending: ending),
      [
        "deployments": .init(recovery.service.running.all.count), "tombstones": .init(revocations.index.count),
        "models_verified": .init(warming.index.count),
      ]
    )
  }

  private func health(ending: Int) -> String {
    if let first = unreadable.first { return "deployments that cannot be read: \(unreadable.count); \(first)" }
    return ending == 0 ? "ok" : "deployments that are being ended: \(ending); see the log when that lasts"
  }
}
