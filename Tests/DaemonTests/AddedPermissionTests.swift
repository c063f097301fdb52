import Attestations
import GRDB
import Ledger
import MerkleLog
import PlaneContract
import ServiceLifecycle
import Signing
import Storage
import TestSupport
import Testing
import Wire

@testable import Daemon

/// A plane that answers what its test makes it answer.
private struct AnsweringPlane: Plane {
  static let role = Role.governance
  static let applicationID: Int32 = 4
  static let peer: (configKey: String, role: Role) = ("serving_socket", .serving)
  static let migrations = [
    Migration(1, "shared tables", sql: PlaneSchema.sharedTables),
    Migration(2, "clock and roots", sql: PlaneSchema.clockJump + TrustRootStore.migrationSQL),
    PlaneSchema.merkleLog(3), PlaneSchema.witnessing(4), PlaneSchema.overruledHeads(5),
  ]
  static let evidencedTables: [EvidencedTable] = []

  init(context _: PlaneContext, config _: ConfigSection) async throws {}
  let routes: [Route] = []
  let services: [any Service] = []
  func health() throws -> (String, JSONObject) { ("ok", [:]) }
}

/// What is found while a request is on its way to its commit counts: it was admitted, and has had no effect yet.
@Suite struct AddedPermissionTests {
  /// Whoever sends it, and where.
  private static let senders: [(MessageKind, String, SocketName)] = [
    (.trainingPublish, "training-plane", .ingest), (.approvalPropose, "alice", .approve),
    (.approvalSign, "alice", .approve), (.approvalReject, "alice", .approve), (.modelRevoke, "alice", .approve),
    (.observationPublish, "serving-plane", .observe),
  ]

  /// Sends one of each kind to a plane that finds something between admission and commit. Returns those that had no effect.
  private func refused(_ find: @escaping @Sendable (PlaneContext) async throws -> Void) async throws -> Set<MessageKind>
  {
    var refused: Set<MessageKind> = []
    for (kind, sender, socket) in Self.senders {
      let plane = try await TestPlane(AnsweringPlane.self, in: TestHouse()) { context in
        [
          .change(kind) { request in
            try await find(context)
            return try await context.commit(for: request) { database in
              try context.record(.planeStarted, [:], in: database)
              return ["done": true]
            }
          }
        ]
      }
      let refusal = try await refusal {
        _ = try await plane.send(
          kind, ApprovalGet(approvalID: ApprovalID(checked: "approval:0000000000000001")), as: sender, on: socket)
      }
      #expect(refusal?.code ?? .unavailable == .unavailable)
      #expect(try await plane.evidence(.planeStarted).isEmpty == (refusal != nil))
      if refusal != nil { refused.insert(kind) }
    }
    return refused
  }

  @Test func aCommitThatWasAdmittedBeforeTheAuditsFindingAddsNoPermission() async throws {
    let refused = try await refused { $0.evidence.report("table approval: a row that nobody accepted", to: $0.logger) }
    #expect(refused == [.trainingPublish, .approvalPropose, .approvalSign])
  }

  @Test func aCommitThatWasAdmittedBeforeALogWasDisputedAddsNoPermission() async throws {
    let refused = try await refused { context in
      let house = try TestHouse()
      let (held, shown) = (
        try PretendLog(of: .training, in: house, count: 3), try PretendLog(of: .training, in: house, count: 2)
      )
      try await context.commit { database in
        let dispute = LogDispute(
          of: context.origin(of: .training), .shrink, held: RememberedHead(try held.head(3)),
          shown: RememberedHead(try shown.head(2)), missing: 1, since: TestHouse.epoch)
        try WitnessMemory().put(dispute, in: database)
      }
    }
    #expect(refused == [.trainingPublish], "what was received before is decided on")
  }

  @Test func untilTheTablesOfALongLogWereComparedWithItNothingAddsPermissionAndRevocationsAreTaken() async throws {
    let adding: Set<MessageKind> = [.trainingPublish, .approvalPropose, .approvalSign]
    #expect(try await refused { $0.evidence.auditIsAwaited() } == adding)
    let refusedAfterwards = try await refused { context in
      context.evidence.auditIsAwaited()
      #expect(await EvidenceAuditing(context: context, tables: [TrustRootStore.evidenced]).checkNames())
    }
    #expect(refusedAfterwards.isEmpty)
  }

  @Test func whatIsFoundStopsNothingElse() async throws {
    #expect(try await refused { _ in }.isEmpty)
    let adding = MessageKind.allCases.filter { !$0.logsToBelieve.isEmpty }
    #expect(
      Set(adding) == [
        .trainingComplete, .trainingPublish, .approvalPropose, .approvalSign, .approvalPublish, .modelDeploy,
      ])
    #expect(adding.allSatisfy { !$0.isQuery })
  }
}
