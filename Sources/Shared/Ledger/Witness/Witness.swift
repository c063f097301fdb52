import Attestations
import GRDB
import MerkleLog
import Signing
import Storage
import Wire

/// Watches that the log of another plane only grows, and signs for what it has seen (C2SP tlog-witness).
package struct Witness: Sendable {
  /// What came of a head that was shown.
  package enum Outcome: Sendable {
    /// It follows from the one before and is remembered; here is this plane's cosignature.
    case cosigned(Cosignature)
    /// The proof begins at another size than the one that is remembered.
    case notFrom(heldSize: Int)
    /// It contradicts the one before, or an earlier one did.
    case disputed(LogDispute, isNews: Bool)
  }

  private let memory = WitnessMemory()
  /// The origin of this plane's own log.
  private let name: EvidenceOrigin
  private let signer: any CheckpointSigner

  package init(name: EvidenceOrigin, signer: any CheckpointSigner) {
    self.name = name
    self.signer = signer
  }

  /// Compares with what is remembered and sets it, in the one transaction of `database`: of two that see at the same time the second
  /// sees what the first has set. A contradiction is remembered too, so this must be committed whatever it returns.
  ///
  /// Head and proof are of one message that the log's plane has signed: hashes that do not lead from what is remembered to a larger head,
  /// whatever is wrong with them, are its word that it cannot show the past it had. A smaller head is a shrink only from the size that is
  /// remembered: a plane that names another may not know yet what is, and its message may have been held up on its way.
  ///
  /// - Parameter proof: from the remembered size; from 0, and empty, for a log that was never seen.
  /// - Throws: `ProofError` for a first head with a proof that has not the form of one.
  package func see(
    _ shown: VerifiedCheckpoint, _ proof: ConsistencyProof, of log: PeerLog, at now: Timestamp, in database: Database
  ) throws -> Outcome {
    if let dispute = try memory.dispute(of: log.origin, in: database) { return .disputed(dispute, isNews: false) }
    if let held = try memory.head(of: log, in: database) {
      let (old, new) = (held.checkpoint, shown.checkpoint)
      guard new.size == old.size || proof.oldSize == old.size else { return .notFrom(heldSize: old.size) }
      if let kind = Self.contradiction(old, new, proof) {
        let dispute = LogDispute(
          of: log.origin, kind, held: held, shown: RememberedHead(shown),
          missing: old.size > new.size ? old.size - new.size : nil, since: now)
        try memory.put(dispute, in: database)
        return .disputed(dispute, isNews: true)
      }
    } else if proof.oldSize != 0 {
      return .notFrom(heldSize: 0)
    } else {
      try proof.check(from: MerkleHash.empty, to: shown.checkpoint.root)
    }
    let cosignature = try cosign(shown, of: log, at: now, in: database)
    return .cosigned(cosignature)
  }

  /// What came of a head that another witness has signed for.
  package enum Followed: Sendable {
    case cosigned(Cosignature)
    /// The log is in dispute: nothing that follows is signed for, and nothing new contradicts it.
    case unsettled
    /// Fewer entries than this plane knows of: the other witness has forgotten some, or hides them. Nothing is signed for.
    case behind(heldSize: Int)
    case disputed(LogDispute, isNews: Bool)
  }

  /// The same for a log that this plane does not ask itself: that it only grew is the word of another witness, whose cosignature the
  /// caller has verified. Only two heads of one size contradict each other.
  package func follow(
    _ shown: VerifiedCheckpoint, of log: PeerLog, at now: Timestamp, in database: Database
  ) throws -> Followed {
    let dispute = try memory.dispute(of: log.origin, in: database)
    if let held = try memory.head(of: log, in: database) {
      let (old, new) = (held.checkpoint, shown.checkpoint)
      guard new.size >= old.size else { return .behind(heldSize: old.size) }
      if new.size == old.size, new.root != old.root {
        let fork = LogDispute(
          of: log.origin, .fork, held: held, shown: RememberedHead(shown), missing: nil, since: now)
        try memory.put(fork, in: database)
        return .disputed(dispute ?? fork, isNews: dispute == nil)
      }
    }
    guard dispute == nil else { return .unsettled }
    return .cosigned(try cosign(shown, of: log, at: now, in: database))
  }

  /// Signs once more for what is remembered, with the key of today; nil while there is nothing, and while the log is in dispute: whom the
  /// root keys have told from where to believe it would be shown the very head that they gave up.
  package func cosignedAgain(_ log: PeerLog, at now: Timestamp, in database: Database) throws -> VerifiedCheckpoint? {
    guard try memory.dispute(of: log.origin, in: database) == nil else { return nil }
    return try memory.note(of: log, in: database).map { try cosigned($0, at: now).0 }
  }

  private func cosign(
    _ shown: VerifiedCheckpoint, of log: PeerLog, at now: Timestamp, in database: Database
  ) throws -> Cosignature {
    let known = try memory.note(of: log, in: database)
    let (head, cosignature) = try cosigned(known?.checkpoint == shown.checkpoint ? known ?? shown : shown, at: now)
    try memory.put(RememberedHead(head), in: database)
    return cosignature
  }

  private func cosigned(_ head: VerifiedCheckpoint, at now: Timestamp) throws -> (VerifiedCheckpoint, Cosignature) {
    let time = UInt64(max(0, now.microseconds / Timestamp.microsecondsPerSecond))
    let cosignature = try Cosignature(of: head, by: name.description, with: signer, time: time)
    return (head.cosigned(cosignature), cosignature)
  }

  private static func contradiction(
    _ old: Checkpoint, _ new: Checkpoint, _ proof: ConsistencyProof
  ) -> LogDispute.Kind? {
    if new.size < old.size { return .shrink }
    if new.size == old.size { return new.root == old.root ? nil : .fork }
    do { try proof.check(from: old.root, to: new.root) } catch { return .changedPast }
    return nil
  }
}

extension WitnessMemory {
  /// Another witness's cosignature under what is remembered, if that is still the same head.
  package func add(
    _ cosignature: Cosignature, to checkpoint: Checkpoint, of log: PeerLog, in database: Database
  ) throws {
    guard let head = try note(of: log, in: database), head.checkpoint == checkpoint else { return }
    try put(RememberedHead(head.cosigned(cosignature)), in: database)
  }
}
