import Attestations
import Daemon
import GRDB
import Logging
import PlaneContract
import Signing
import Storage
import Wire

/// Compares what the serving plane says it holds with what it should hold, in every answer to a lease, and tells it again what a
/// database that was restored from an older copy lacks.
struct ServingComparison: Sendable {
  static let migrationSQL = """
    -- At the serving plane's last answer: how many approvals it held, and how many had been delivered to it.
    CREATE TABLE serving_approvals (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      held INTEGER NOT NULL,
      delivered INTEGER NOT NULL
    ) STRICT;
    """

  /// What is known of one connection: a plane that is another after a restart is on another one.
  struct Memory {
    fileprivate var differed = false
    /// The heads, ours and theirs, for which everything was told again: once is enough.
    fileprivate var toldFor: [Digest] = []
  }

  let context: PlaneContext
  let register: ApprovalRegister
  private let tombstones = TombstoneStore()
  private let approvals = ApprovalStore()

  init(context: PlaneContext, register: ApprovalRegister) {
    self.context = context
    self.register = register
  }

  /// True when serving holds exactly these revocations, and so took the lease that named them.
  func compare(_ receipt: LeaseReceipt, _ revocations: RevocationChain, _ memory: inout Memory) async throws -> Bool {
    try await compareApprovals(receipt.approvalCount)
    guard !receipt.names(revocations) else {
      (memory.differed, memory.toldFor) = (false, [])
      return true
    }
    // What has just been accepted by one of the planes is on its way to the other.
    let isOnItsWay = try context.database.readNow {
      try context.outbox.pendingCount(of: MessageKind.revocationPublish.rawValue, in: $0) > 0
    }
    let heads = [revocations.head, receipt.revocationHead]
    if memory.differed, !isOnItsWay, memory.toldFor != heads {
      try await tellRevocations(held: receipt.revocationCount)
      memory.toldFor = heads
    }
    memory.differed = true
    return false
  }

  private func tellRevocations(held: Int) async throws {
    context.logger.critical(
      "the serving plane holds other revocations than this plane; it is told all of them again",
      metadata: ["held": "\(held)"])
    try await context.commit(mayUseReserve: true) { database in
      for revocation in try tombstones.envelopes(in: database) { try context.publish(revocation, in: database) }
    }
  }

  /// Approvals are never removed there: fewer than at the last answer and since is an older database.
  private func compareApprovals(_ held: Int) async throws {
    let (last, delivered) = try context.database.readNow { database in
      let waiting = try context.outbox.pendingCount(of: MessageKind.approvalPublish.rawValue, in: database)
      return (try lastAnswer(in: database), try approvals.published(in: database) - waiting)
    }
    let expected = last.map { $0.held + delivered - $0.delivered } ?? delivered
    if held < expected {
      context.logger.critical(
        "the serving plane holds fewer approvals than it confirmed; it is told those that are alive again",
        metadata: ["held": "\(held)", "confirmed": "\(expected)"])
      try await tellApprovals()
    }
    guard last?.held != held || last?.delivered != delivered else { return }
    try await context.commit { database in
      try database.execute(
        sql: """
          INSERT INTO serving_approvals VALUES (1, ?, ?)
          ON CONFLICT (one) DO UPDATE SET held = excluded.held, delivered = excluded.delivered
          """, arguments: [held, delivered])
    }
  }

  private func lastAnswer(in database: Database) throws -> (held: Int, delivered: Int)? {
    try Row.fetchOne(database, sql: "SELECT held, delivered FROM serving_approvals").map {
      ($0["held"], $0["delivered"])
    }
  }

  /// Each in a commit of its own, in which it is still alive: one that died meanwhile must not come after its revocation. What the
  /// outbox has no room for comes back when people ask again.
  private func tellApprovals() async throws {
    for id in try await context.database.read({ try approvals.undead(in: $0) }) {
      try await context.commit { database in
        guard let held = try register.find(id, in: database) else { return }
        _ = try ApprovalSettlement(context: context, register: register).again(
          held, at: context.clock.now(), in: database)
      }
    }
  }
}
