import Attestations
import Daemon
import Ledger
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
    Migration(4, "observations and drift checks", sql: DriftCheckStore.migrationSQL),
  ]

  private let context: PlaneContext
  package let routes: [Route]

  package init(context: PlaneContext, config _: ConfigSection) async throws { try await self.init(context: context) }

  package init(context: PlaneContext) async throws {
    self.context = context
    try await context.database.read {
      try TombstoneStore().check(acceptedBy: context.root.keys(of: .governance), in: $0)
    }
    let register = ApprovalRegister(context: context)
    let revocations = RevocationService(context: context)
    let approvals = ApprovalHandler(
      proposals: ProposalService(context: context, register: register),
      signatures: SignatureService(context: context, register: register),
      rejections: RejectionService(context: context, register: register))
    routes =
      TrainingHandler(service: TrainingService(context: context)).routes + approvals.routes
      + ApprovalQueryHandler(
        queries: ApprovalQueries(context: context, register: register), listing: ApprovalListing(context: context)
      ).routes
      + RevocationHandler(service: revocations).routes
      + DriftHandler(
        judging: DriftJudging(context: context, register: register, revocations: revocations),
        queries: DriftQueries(context: context, register: register)
      ).routes
  }

  package var services: [any Service] { [] }
  package var reminder: RevocationReminder? { RevocationReminder(TombstoneStore(), peerCounter: "tombstones") }

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
