import Attestations
import Daemon
import GRDB
import Ledger
import MerkleLog
import Signing
import PlaneContract
import Wire

/// The head of training's log that a lease carries, with governance's word that it only grew. Serving follows it, so that nobody can
/// show training's past to governance in one way and to serving in another.
struct CarriedLog: Sendable {
  enum Outcome {
    /// It follows from what this plane knows; here is its cosignature.
    case cosigned(UnverifiedNote.Line)
    /// The lease carries none, the log is in dispute already, or what is remembered of it is damaged: nothing is signed for.
    case unsigned
    /// Governance has forgotten what it had witnessed, or hides it. That proves nothing new, so the lease is good for what it says of
    /// revocations; the head is not signed for.
    case behind(CarriedLag)
    case disputed(LogDispute, isNews: Bool)

    var cosignature: UnverifiedNote.Line? {
      if case .cosigned(let line) = self { line } else { nil }
    }
  }

  let context: PlaneContext
  /// Signed by training, with a key that it has or had, and cosigned by governance with one that it has.
  ///
  /// - Throws: `Refusal(.policyFailed)`.
  func verified(_ lease: HeldLease, under root: VerifiedTrustRoot) throws -> VerifiedCheckpoint? {
    guard let note = lease.predicate.ledgerCheckpoint else { return nil }
    let head: VerifiedCheckpoint
    do { head = try context.log(of: .training, under: root).remembered(note) } catch {
      throw Refusal(.policyFailed, "lease: ledger_checkpoint: \(error)")
    }
    let governance = context.log(of: .governance, under: root)
    guard let cosignature = governance.cosignature(under: head) else {
      throw Refusal(.policyFailed, "lease: ledger_checkpoint: no cosignature of \(governance.origin) on it is right")
    }
    return head.alone(signedBy: root.keysEver(of: .training)).cosigned(cosignature)
  }

  /// Whatever comes of it, the lease is good for what it says of revocations.
  func follow(_ head: VerifiedCheckpoint?, in database: Database) throws -> Outcome {
    // One that carries none says nothing, as one that carries an old head for ever would.
    guard let head else { return .unsigned }
    return try context.undamaged { try compare(head, in: database) } ?? .unsigned
  }

  private func compare(_ head: VerifiedCheckpoint, in database: Database) throws -> Outcome {
    let log = context.log(of: .training)
    switch try context.witness.follow(head, of: log, at: context.clock.now(), in: database) {
    case .cosigned(let cosignature): return .cosigned(cosignature.line)
    case .unsettled: return .unsigned
    case .behind(let heldSize): return .behind(CarriedLag(carried: head.checkpoint.size, held: heldSize))
    case .disputed(let dispute, let isNews):
      if isNews { try context.record(.logDisputed, dispute.data, in: database) }
      return .disputed(dispute, isNews: isNews)
    }
  }
}

/// How far the log of training that leases carry is behind the one that this plane has seen, in entries.
struct CarriedLag: Sendable, Equatable {
  let carried: Int
  let held: Int

  var sentence: String {
    "governance's leases carry training's log of \(carried) entries, and one of \(held) was seen: governance was restored, or hides "
      + "what it saw; it ends once governance has witnessed training's log again"
  }
}
