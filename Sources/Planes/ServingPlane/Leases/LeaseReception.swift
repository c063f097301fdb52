import Attestations
import Daemon
import GRDB
import Ledger
import Logging
import MerkleLog
import PlaneContract
import Signing
import Wire

/// `lease.publish`: takes a lease that is newer than the one held and names exactly the revocations that this plane holds. The answer
/// says what is held here, so that governance can send what is missing.
///
/// A lease that lacks a revocation is never taken, so governance cannot hide one and go on. Until a revocation has reached both planes
/// the lease before it lives on: its life is the allowance for that.
struct LeaseReception: Sendable {
  /// How long two planes may differ before that is a dispute.
  static let deliverySeconds = 30

  let context: PlaneContext
  let approvals: any ApprovalStore
  let tombstones: TombstoneIndex
  let leases: CurrentLease
  let store = LeaseStore()
  let archive = TombstoneStore()
  private var training: CarriedLog { CarriedLog(context: context) }

  var route: Route { .change(.leasePublish) { request in try await receive(request) } }

  /// What came of a lease.
  private enum Judgement {
    case accepted
    /// It names other revocations; for long enough that it is evidence now, or not yet.
    case disputed(isNews: Bool)
    /// It is no newer than the one held here.
    case refused(Refusal)
  }

  private struct Outcome {
    let judgement: Judgement
    let receipt: LeaseReceipt
    let carried: CarriedLog.Outcome
  }

  private func receive(_ request: AdmittedRequest) async throws -> JSONObject {
    let publication: LeasePublication = try request.decoded()
    let lease = try verified(publication.lease, under: request.root, at: request.receivedAt)
    let head = try training.verified(lease, under: request.root)
    let revocations = tombstones.chain
    let outcome = try await context.commit(for: request) { database in
      let carried = try training.follow(head, in: database)
      return Outcome(
        judgement: try judge(lease, revocations, at: request.receivedAt, in: database),
        receipt: try receipt(revocations, carried.cosignature, in: database), carried: carried)
    }
    // What its head contradicts is on record whatever became of the lease.
    if case .disputed(let dispute, isNews: true) = outcome.carried { context.report(dispute, of: .training) }
    if case .refused(let refusal) = outcome.judgement { throw refusal }
    notice(outcome.carried)
    await follow(outcome.judgement, lease, revocations, at: request.receivedAt)
    return outcome.receipt.fields
  }

  private func receipt(
    _ revocations: RevocationChain, _ cosignature: UnverifiedNote.Line?, in database: Database
  ) throws -> LeaseReceipt {
    LeaseReceipt(
      revocations: revocations, approvalCount: try approvals.count(in: database),
      checkpoint: try context.undamaged { try context.ledger.checkpoint(in: database)?.note }, cosignature: cosignature)
  }

  /// After the commit, like `follow`. A lease without a head says nothing of the log.
  private func notice(_ carried: CarriedLog.Outcome) {
    switch carried {
    case .behind(let lag):
      if leases.carries(lag) {
        context.logger.critical("an older log is shown than was seen", metadata: ["problem": "\(lag.sentence)"])
      }
    case .cosigned: _ = leases.carries(nil)
    case .unsigned, .disputed: return
    }
  }

  private func follow(
    _ judgement: Judgement, _ lease: HeldLease, _ revocations: RevocationChain, at now: Timestamp
  ) async {
    switch judgement {
    case .accepted: leases.accepted(lease, at: now)
    case .disputed(isNews: true): await raiseAlarm(lease, revocations)
    case .disputed(isNews: false), .refused: break
    }
  }

  private func verified(
    _ envelope: UnverifiedEnvelope, under root: VerifiedTrustRoot, at now: Timestamp
  ) throws -> HeldLease {
    let lease = try HeldLease(verifying: envelope, root: root)
    guard let fault = lease.fault(under: root, now: now) else { return lease }
    if lease.predicate.trustRootVersion > root.version {
      leases.announced(root: lease.predicate.trustRootVersion)
      context.logger.critical("governance follows a newer trust root", metadata: ["lease": "\(fault)"])
    }
    throw Refusal(.policyFailed, "lease: \(fault)")
  }

  /// In the transaction that stores it: of two leases at one time the older is refused, whichever came first.
  private func judge(
    _ lease: HeldLease, _ revocations: RevocationChain, at now: Timestamp, in database: Database
  ) throws -> Judgement {
    let stored = try store.lease(in: database)
    if stored?.envelope.payloadDigest == lease.digest { return .accepted }
    if let held = stored?.lease, held.wasIssued(by: now), lease.predicate.issuedAt <= held.issuedAt {
      return .refused(
        Refusal(.conflict, "lease: it is no newer than the one held here, issued at \(held.issuedAt)"))
    }
    guard lease.predicate.names(revocations) else {
      return .disputed(isNews: try dispute(lease, revocations, at: now, in: database))
    }
    let wasTold = try store.dispute(in: database)?.isTold ?? false
    try store.accept(lease, in: database)
    // Not each of them: only that there is one again.
    if stored?.isLost ?? true || wasTold {
      try context.record(.leaseLive, evidence(lease, revocations), attestation: lease.digest, in: database)
    }
    return .accepted
  }

  private func dispute(
    _ lease: HeldLease, _ revocations: RevocationChain, at now: Timestamp, in database: Database
  ) throws -> Bool {
    let earlier = try store.dispute(in: database)
    let hasLasted = now.seconds(since: earlier?.since ?? now) >= Self.deliverySeconds
    let isNews = hasLasted && earlier?.isTold == false
    try store.dispute(lease, at: now, isTold: isNews || earlier?.isTold ?? false, in: database)
    if isNews {
      try context.record(.leaseDisputed, evidence(lease, revocations), attestation: lease.digest, in: database)
    }
    return isNews
  }

  /// An honest governance that lost revocations, with a database from a backup, takes them again and is heard from then on.
  private func raiseAlarm(_ lease: HeldLease, _ revocations: RevocationChain) async {
    context.logger.critical(
      "governance's leases name other revocations than this plane holds, and are not taken; it is told all of them again",
      metadata: ["lease": "\(lease.predicate.revocationCount)", "held": "\(revocations.count)"])
    do {
      try await context.commit(mayUseReserve: true) { database in
        for revocation in context.readable(try archive.stored(in: database)) {
          try context.publish(revocation, in: database)
        }
      }
    } catch {
      context.logger.error("governance could not be told the revocations again", metadata: ["error": "\(error)"])
    }
  }

  private func evidence(_ lease: HeldLease, _ revocations: RevocationChain) -> JSONObject {
    [
      "expires_at": .string(lease.predicate.expiresAt.attestationText),
      "trust_root_version": .init(lease.predicate.trustRootVersion),
      "revocation_count": .init(lease.predicate.revocationCount),
      "revocation_head": .string(lease.predicate.revocationHead.description),
      "held_count": .init(revocations.count), "held_head": .string(revocations.head.description),
    ]
  }
}
