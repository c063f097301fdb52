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
    /// This plane's cosignature; nil for a lease that carries none, and while the log is in dispute.
    case cosigned(UnverifiedNote.Line?)
    case disputed(LogDispute)
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

  /// - Throws: `Refusal(.conflict)` for one that is behind what this plane knows.
  func follow(_ head: VerifiedCheckpoint?, in database: Database) throws -> Outcome {
    // One that carries none says nothing, as one that carries an old head for ever would.
    guard let head else { return .cosigned(nil) }
    let log = context.log(of: .training)
    switch try context.witness.follow(head, of: log, at: context.clock.now(), in: database) {
    case .cosigned(let cosignature): return .cosigned(cosignature.line)
    case .unsettled: return .cosigned(nil)
    case .behind(let heldSize): throw behind(heldSize, head.checkpoint.size)
    case .disputed(let dispute, let isNews):
      if isNews { try context.record(.logDisputed, dispute.data, in: database) }
      return .disputed(dispute)
    }
  }

  private func behind(_ held: Int, _ carried: Int) -> Refusal {
    Refusal(
      .conflict,
      "lease: the log of training-plane shrinks: it carries a head of \(carried) entries, and one of \(held) was seen; it is taken "
        + "once governance has witnessed training's log again")
  }
}
