import Attestations
import Daemon
import Ledger
import MerkleLog
import PlaneContract
import ServiceLifecycle
import Storage
import Wire

/// The governance plane: keeps what was trained, collects approvers' signatures, decides by the policy of the trust root, and
/// takes revocations. It holds no approver's key and deploys nothing.
package struct GovernancePlane: Plane {
  package static let role = Role.governance
  /// `NMGG` in ASCII.
  package static let applicationID: Int32 = 0x4e4d_4747
  package static let peer: (configKey: String, role: Role) = ("serving_socket", .serving)
  package static let evidencedTables = [
    EvidencedTable("training_output", content: .envelope("envelope"), events: [.trainingReceived]),
    EvidencedTable("approval", content: .payload("payload"), events: [.approvalProposed]),
    EvidencedTable("approval_rejection", content: .envelope("envelope"), events: [.approvalRejected]),
    EvidencedTable("tombstone", content: .envelope("envelope"), events: [.modelApprovalRevoked]),
    EvidencedTable(
      "drift_check", content: .envelope("drift_check"), events: [.driftChecked, .modelDriftDetected],
      isKeptForEver: false),
  ]
  package static let migrations = [
    Migration(
      1, "shared tables, training outputs, approvals, tombstones",
      sql: [
        PlaneSchema.sharedTables, TrainingOutputStore.migrationSQL, ApprovalStore.migrationSQL,
        TombstoneStore.migrationSQL,
      ].joined(separator: "\n")),
    Migration(
      2, "revocations and rejections in the evidence",
      sql: [EvidenceEvent.modelApprovalRevoked, .approvalRejected]
        .map { EvidencedAttestations(of: $0).migrationSQL }.joined()),
    Migration(3, "approvals by model", sql: ApprovalStore.modelIndexSQL),
    Migration(
      4, "trust roots, and which signatures were accepted under which",
      sql: TrustRootStore.migrationSQL + ApprovalStore.trustRootMigrationSQL
        + TrainingOutputStore.trustRootMigrationSQL),
    Migration(5, "the registry of models", sql: TrainingOutputStore.registrySQL),
    Migration(
      6, "clock jumps, withdrawn approvals, what serving holds",
      sql: PlaneSchema.clockJump + ApprovalStore.withdrawalSQL + ServingComparison.migrationSQL),
    Migration(7, "observations and drift checks", sql: DriftCheckStore.migrationSQL),
    PlaneSchema.merkleLog(8),
    PlaneSchema.witnessing(9),
    PlaneSchema.overruledHeads(10),
  ]

  private let context: PlaneContext
  private let renewal: ApprovalRenewal
  package let routes: [Route]
  package let services: [any Service]

  package init(context: PlaneContext, config: ConfigSection) async throws {
    try await self.init(context: context, servingSocket: config.path(Self.peer.configKey))
  }

  /// - Parameter servingSocket: where leases go; nil for a plane that hands out none.
  package init(context: PlaneContext, servingSocket: String? = nil) async throws {
    self.context = context
    try await context.database.read {
      try TombstoneStore().check(acceptedBy: context.root.keysEver(of: .governance), in: $0)
    }
    renewal = ApprovalRenewal(context: context)
    let revocations = RevocationService(context: context)
    let approvals = ApprovalHandler(
      proposals: ProposalService(context: context), signatures: SignatureService(context: context),
      rejections: RejectionService(context: context))
    routes =
      TrainingHandler(service: TrainingService(context: context)).routes + approvals.routes
      + ApprovalQueryHandler(
        queries: ApprovalQueries(context: context), listing: ApprovalListing(context: context)
      ).routes
      + ModelQueryHandler(
        listing: ModelListing(context: context), versions: ModelVersionQuery(context: context)
      ).routes
      + RevocationHandler(service: revocations, queries: RevocationQueries(context: context)).routes
      + [AttestationHandler(queries: AttestationQueries(context: context)).route]
      + DriftHandler(
        judging: DriftJudging(context: context, revocations: revocations), queries: DriftQueries(context: context)
      ).routes
      + [CheckpointReception(context: context).route]
    let comparison = ServingComparison(context: context)
    services =
      [renewal] + (servingSocket.map { [LeaseCourier(context: context, comparison: comparison, socketPath: $0)] } ?? [])
  }

  package func trustRootChanged() async throws { renewal.wake() }

  package func health() throws -> (String, JSONObject) {
    let counts = try context.database.readNow { database in
      (
        try TrainingOutputStore().count(in: database), try ApprovalStore().count(in: database),
        try TombstoneStore().count(in: database), try DriftCheckStore().count(in: database)
      )
    }
    return (
      "ok",
      [
        "training_outputs": .init(counts.0), "approvals": .init(counts.1), "revocations": .init(counts.2),
        "drift_checks": .init(counts.3),
      ]
    )
  }
}
