import Attestations
import Daemon
import Ledger
import Logging
import MerkleLog
import ServiceLifecycle
import Storage
import Wire

/// Notices that the lease ended and no other came: once in the evidence, and in `plane.status` as long as it lasts.
struct LeaseWatch: Service {
  static let interval = Duration.seconds(5)

  let context: PlaneContext
  let leases: CurrentLease
  let store = LeaseStore()

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while (try? await Task.sleep(for: Self.interval)) != nil { await look() }
    }
  }

  func look() async {
    let now = context.clock.now()
    guard let lease = leases.lease, now >= lease.predicate.expiresAt else { return }
    do {
      let isNews = try await context.commit { database in
        guard let stored = try store.lease(in: database), !stored.isLost,
          stored.envelope.payloadDigest == lease.digest
        else { return false }
        try store.markLost(in: database)
        try context.record(
          .leaseLost, ["expires_at": .string(lease.predicate.expiresAt.attestationText)], attestation: lease.digest,
          in: database)
        return true
      }
      if isNews {
        context.logger.critical(
          "governance's lease ended, and no other came", metadata: ["lease": "\(lease.predicate.expiresAt)"])
      }
    } catch { context.logger.error("the end of the lease could not be recorded", metadata: ["error": "\(error)"]) }
  }

  /// How long the lease that governance handed over last is still good, below 0 once it has ended; nil while there is none.
  var secondsLeft: Int? {
    leases.lease.map { Int($0.predicate.expiresAt.seconds(since: context.clock.now())) }
  }

  /// What is wrong with the lease, for `plane.status`; nil when nothing is, or no environment asks for one.
  func problem() throws -> String? {
    guard context.root.policy.leaseSeconds != nil else { return nil }
    if try context.database.readNow({ try store.dispute(in: $0) })?.isTold == true {
      return "governance's leases name other revocations than this plane holds, and are not taken; see the log"
    }
    guard let lease = leases.lease, lease.isSigned(under: context.root) else {
      return "no lease of governance has come: nothing is deployed until one does"
    }
    guard context.clock.now() >= lease.predicate.expiresAt else { return nil }
    return "governance's lease ended at \(lease.predicate.expiresAt): nothing new is deployed"
  }
}
