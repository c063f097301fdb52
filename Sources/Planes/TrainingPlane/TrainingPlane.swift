import Attestations
import Daemon
import Ledger
import Logging
import MerkleLog
import PlaneContract
import ServiceLifecycle
import Storage
import Wire

/// The training plane: takes what training jobs submit, attests it with the submitter's own signed message inside, and hands it
/// to governance. It approves nothing and deploys nothing.
package struct TrainingPlane: Plane {
  package static let role = Role.training
  /// `NMGT` in ASCII.
  package static let applicationID: Int32 = 0x4e4d_4754
  package static let peer: (configKey: String, role: Role) = ("governance_socket", .governance)
  package static let diskReserve: Int64 = 0
  package static let evidencedTables = [
    EvidencedTable("training_output", content: .envelope("envelope"), events: [.trainingCompleted])
  ]
  package static let migrations = [
    Migration(
      1, "shared tables and training outputs", sql: PlaneSchema.sharedTables + TrainingOutputStore.migrationSQL),
    Migration(2, "trust roots", sql: TrustRootStore.migrationSQL),
    Migration(3, "clock jumps", sql: PlaneSchema.clockJump),
    PlaneSchema.merkleLog(4),
    PlaneSchema.witnessing(5),
    PlaneSchema.overruledHeads(6),
  ]

  private let context: PlaneContext
  private let submissions: SubmissionHandler
  private let renewal: SubmissionRenewal

  package init(context: PlaneContext, config _: ConfigSection) async throws { self.init(context: context) }

  package init(context: PlaneContext) {
    self.context = context
    let service = SubmissionService(context: context)
    submissions = SubmissionHandler(service: service)
    renewal = SubmissionRenewal(service: service)
  }

  package var routes: [Route] { submissions.routes }
  package var services: [any Service] { [renewal] }

  package func holdsBack(_ kind: MessageKind) -> Bool { kind == .trainingPublish && !renewal.isDone }

  package func health() throws -> (String, JSONObject) {
    let count = try context.database.readNow { try TrainingOutputStore().count(in: $0) }
    return ("ok", ["training_outputs": .init(count)])
  }
}
