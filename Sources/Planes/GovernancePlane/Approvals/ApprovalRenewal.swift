import Attestations
import Daemon
import GRDB
import Logging
import PlaneContract
import Signing
import ServiceLifecycle
import Storage
import Wire

/// What follows from a new trust root for the approvals that are stored: those whose quorum stands, and that governance's present key
/// has not signed, are signed again, payload unchanged, and told to the serving plane (DESIGN section 4). The key may have been
/// replaced, or a threshold lowered. While the evidence is in doubt nothing is: a signature for a row that somebody put there would make
/// it true.
struct ApprovalRenewal: Service {
  /// Approvals looked at in one transaction: people's requests wait no longer than that.
  static let batch = 50
  static let retryInterval = Duration.seconds(5)

  let context: PlaneContext
  private let store = ApprovalStore()
  private let wakes: AsyncStream<Void>
  private let waker: AsyncStream<Void>.Continuation

  init(context: PlaneContext) {
    self.context = context
    (wakes, waker) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// There is a new root in force.
  func wake() { waker.yield() }

  /// Once at the start, which may have brought a new root, and after every wake. What cannot be done now, because the outbox or the disk is
  /// full or a log is in dispute, is tried again.
  func run() async throws {
    await cancelWhenGracefulShutdown {
      wake()
      for await _ in wakes {
        do { try await renewAll() } catch {
          context.logger.error("approvals could not be signed again yet", metadata: ["error": "\(error)"])
          if (try? await Task.sleep(for: Self.retryInterval)) != nil { wake() }
        }
      }
    }
  }

  func renewAll() async throws {
    var sequence: Int64? = 0
    while let after = sequence { sequence = try await renewBatch(after: after) }
  }

  /// Returns the place of the last one looked at, nil at the end.
  private func renewBatch(after sequence: Int64) async throws -> Int64? {
    let (root, now) = (context.root, context.clock.now())
    return try await context.commit { [self] database in
      // What an earlier root would have completed is not signed after the next one was accepted.
      try TrustRootStore().requireInForce(root.version, in: database)
      try context.requireMayAddPermission(by: .approvalSign, in: database)
      let keyID = context.signer.publicKey.keyID
      let rows = try store.rows(unsignedBy: keyID, after: sequence, limit: Self.batch, in: database)
      let register = ApprovalRegister(context: context, root: root)
      let settlement = ApprovalSettlement(context: context, register: register)
      for row in rows { if let id = row.id { try settlement.renew(id, at: now, in: database) } }
      return rows.count < Self.batch ? nil : rows.last?.sequence
    }
  }
}
