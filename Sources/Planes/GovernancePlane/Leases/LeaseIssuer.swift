import Attestations
import Daemon
import MerkleLog
import Wire

/// Signs leases. A lease says which revocations this plane holds at that moment; the one that is sent is always a new one.
struct LeaseIssuer: Sendable {
  /// Where no environment asks for a lease, planes compare their revocations all the same.
  static let unaskedSeconds = 300

  let context: PlaneContext

  /// The shortest that any environment asks for, so that one lease serves all.
  var lifetimeSeconds: Int { context.root.policy.leaseSeconds ?? Self.unaskedSeconds }

  /// A third: two may be lost before anybody is denied.
  var interval: Duration { .seconds(lifetimeSeconds) / 3 }

  /// Also under an expired root: what runs goes on, and revocations are told.
  ///
  /// - Parameters:
  ///   - time: read before the revocations were looked up, so that the lease denies none which was accepted by then.
  ///   - training: the head of training's log, with this plane's cosignature.
  func issue(
    over revocations: RevocationChain, asOf time: Timestamp, training: VerifiedCheckpoint? = nil
  ) throws -> UnverifiedEnvelope {
    let lease = Lease(
      root: context.root, issuedAt: time, expiresAt: time.adding(seconds: lifetimeSeconds), revocations: revocations,
      ledgerCheckpoint: training?.note)
    return try UnverifiedEnvelope(attesting: lease, by: [context.signer])
  }
}
