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
    -- At the serving plane's last answer: how many approvals it held, and how many it had been or was being told of.
    CREATE TABLE serving_approvals (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      held INTEGER NOT NULL,
      published INTEGER NOT NULL
    ) STRICT;
    """

  /// What is known of one connection: a plane that is another after a restart is on another one.
  struct Memory {
    fileprivate var differed = false
    /// The heads, ours and theirs, for which everything was told again: once is enough.
    fileprivate var toldFor: [Digest] = []
  }

  /// What the serving plane must hold when it answers a lease that is sent after this was looked up.
  struct Expectation: Sendable {
    /// Read before anything was looked up: what came after it may be missing.
    let asOf: Timestamp
    let revocations: RevocationChain
    let deliveredApprovals: Int
    /// Whether approvals are on their way, which may yet not arrive.
    let isProvisional: Bool
  }

  let context: PlaneContext
  private let tombstones = TombstoneStore()
  private let approvals = ApprovalStore()

  init(context: PlaneContext) { self.context = context }

  func expectation() async throws -> Expectation {
    let now = context.clock.now()
    return try await context.database.read { [self] database in
      let kind = MessageKind.approvalPublish.rawValue
      let undelivered = try context.outbox.undeliveredCount(of: kind, in: database)
      return Expectation(
        asOf: now,
        revocations: RevocationChain(try tombstones.digests(in: database)),
        deliveredApprovals: try approvals.published(in: database) - undelivered,
        isProvisional: try context.outbox.pendingCount(of: kind, in: database) > 0)
    }
  }

  /// True when serving holds exactly these revocations, and so took the lease that named them.
  func compare(_ receipt: LeaseReceipt, _ expected: Expectation, _ memory: inout Memory) async throws -> Bool {
    // Revocations first: what keeps approvals from being told keeps no revocation.
    let agrees = try await compareRevocations(receipt, expected.revocations, &memory)
    try await compareApprovals(receipt.approvalCount, delivered: expected.deliveredApprovals)
    return agrees
  }

  private func compareRevocations(
    _ receipt: LeaseReceipt, _ revocations: RevocationChain, _ memory: inout Memory
  ) async throws -> Bool {
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
      let delivery = RevocationDelivery(context: context)
      for revocation in context.readable(try tombstones.stored(in: database)) {
        try delivery.tell(revocation, in: database)
      }
    }
  }

  /// Approvals are never removed there: fewer than at the last answer, and what was delivered since, is an older database.
  private func compareApprovals(_ held: Int, delivered: Int) async throws {
    let (last, published) = try context.database.readNow {
      (try lastAnswer(in: $0), try approvals.published(in: $0))
    }
    let expected = last.map { $0.held + delivered - $0.published } ?? delivered
    if held < expected {
      context.logger.critical(
        "the serving plane holds fewer approvals than it confirmed; it is told those that are alive again",
        metadata: ["held": "\(held)", "confirmed": "\(expected)"])
      // Not remembered then: the next answer is compared with the same expectation.
      do { try await tellApprovals() } catch let refusal as Refusal {
        return context.logger.error("approvals are not told again yet", metadata: ["error": "\(refusal)"])
      }
    }
    guard last?.held != held || last?.published != published else { return }
    try await context.commit { database in
      try database.execute(
        sql: """
          INSERT INTO serving_approvals VALUES (1, ?, ?)
          ON CONFLICT (one) DO UPDATE SET held = excluded.held, published = excluded.published
          """, arguments: [held, published])
    }
  }

  private func lastAnswer(in database: Database) throws -> (held: Int, published: Int)? {
    try Row.fetchOne(database, sql: "SELECT held, published FROM serving_approvals").map {
      ($0["held"], $0["published"])
    }
  }

  /// Each in a commit of its own, in which it is still alive: one that died meanwhile must not come after its revocation. What the
  /// outbox has no room for comes back when people ask again.
  private func tellApprovals() async throws {
    for id in try await context.database.read({ try approvals.undead(in: $0) }) {
      try await context.commit { database in
        try context.requireMayAddPermission(by: .approvalSign, in: database)
        let register = ApprovalRegister(context: context, root: context.root)
        guard let held = try register.find(id, in: database) else { return }
        _ = try ApprovalSettlement(context: context, register: register).again(
          held, at: context.clock.now(), in: database)
      }
    }
  }
}
