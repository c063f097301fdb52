import Attestations
import GRDB
import Ledger
import Logging
import MerkleLog
import PlaneContract
import Signing
import Storage
import Wire

/// This plane's log in the eyes of those who witness it. A plane cannot know that its database is an older copy, or not the only one;
/// a head that it has signed itself and that its log does not have tells it.
package struct OwnLog: Sendable {
  private let context: PlaneContext
  private let memory = WitnessMemory()

  package init(context: PlaneContext) { self.context = context }

  private enum Finding {
    /// The log goes through this head, which bears a cosignature that counts.
    case confirmed(VerifiedCheckpoint)
    case contradicted(LogDispute)
  }

  /// Compares a head of this log, as `peer` has cosigned it last, with the log as it is: keeps the cosignature, or the contradiction.
  ///
  /// - Throws: `NoteError` for what this plane never signed.
  package func compare(_ note: UnverifiedNote, seenBy peer: Role) async throws {
    let seen = try context.log(of: context.role).remembered(note)
    guard try context.database.readNow({ try finding(seen, peer, in: $0) }) != nil else { return }
    let contradiction = try await context.commit { database in
      try finding(seen, peer, in: database).flatMap { try keep($0, in: database) }
    }
    if let contradiction { context.report(contradiction, of: context.role) }
  }

  /// The head of this log with a witness's cosignature that has been verified.
  func keep(_ head: VerifiedCheckpoint, _ cosignature: Cosignature, in database: Database) throws {
    let kept = try context.ledger.cosigned(in: database)
    let base = kept?.checkpoint == head.checkpoint ? kept ?? head : head
    try context.ledger.keep(cosigned: base.cosigned(cosignature), in: database)
  }

  private func keep(_ finding: Finding, in database: Database) throws -> LogDispute? {
    switch finding {
    case .confirmed(let head):
      for cosignature in Role.planes.compactMap({ context.log(of: $0).cosignature(under: head) }) {
        try keep(head.alone(signedBy: context.root.keysEver(of: context.role)), cosignature, in: database)
      }
      return nil
    case .contradicted(let dispute):
      try memory.put(dispute, in: database)
      try context.record(.logDisputed, dispute.data, in: database)
      return dispute
    }
  }

  /// Nil when there is nothing new.
  private func finding(_ seen: VerifiedCheckpoint, _ peer: Role, in database: Database) throws -> Finding? {
    let (own, witness) = (context.origin(of: context.role), context.log(of: peer))
    guard let latest = try context.ledger.checkpoint(in: database)?.checkpoint,
      try memory.dispute(of: own, in: database) == nil,
      let cosignature = witness.formerCosignature(under: seen), try !isSettled(cosignature, in: database),
      try !OverruledHeads().contains(seen.checkpoint, in: database)
    else { return nil }
    let (size, root) = (seen.checkpoint.size, seen.checkpoint.root)
    if size > latest.size { return .contradicted(try dispute(.shrink, seen, in: database)) }
    guard try context.ledger.root(size: size, in: database) == root else {
      return .contradicted(try dispute(size == latest.size ? .fork : .changedPast, seen, in: database))
    }
    let kept = try context.ledger.cosigned(in: database)
    let isKept = kept.map { kept in
      kept.checkpoint.size > size || kept.checkpoint == seen.checkpoint && witness.cosignature(under: kept) != nil
    }
    return isKept == true || witness.cosignature(under: seen) == nil ? nil : .confirmed(seen)
  }

  /// What a peer saw before the root keys reset this log says nothing any more, and nobody has seen anything in time to come.
  private func isSettled(_ cosignature: Cosignature, in database: Database) throws -> Bool {
    let now = max(context.clock.now(), context.highestTime.value).adding(seconds: Message.clockSkewSeconds)
    guard Int64(clamping: cosignature.time) <= now.microseconds / Timestamp.microsecondsPerSecond else { return true }
    guard let reset = try LogResets().latest(of: context.origin(of: context.role), in: database)?.reset else {
      return false
    }
    return Int64(clamping: cosignature.time) <= reset.issuedAt.microseconds / Timestamp.microsecondsPerSecond
  }

  /// What is missing is counted from what this process found at its start, or what a witness has confirmed since: what came after was
  /// written on top of the gap.
  private func dispute(
    _ kind: LogDispute.Kind, _ seen: VerifiedCheckpoint, in database: Database
  ) throws -> LogDispute {
    let confirmed = try context.ledger.cosigned(in: database)?.checkpoint.size ?? 0
    let missing = seen.checkpoint.size - max(context.entriesAtStart, confirmed)
    guard let latest = try context.ledger.checkpoint(in: database) else { throw ProofError.beyond(size: 1, of: 0) }
    return LogDispute(
      of: context.origin(of: context.role), kind, held: RememberedHead(seen), shown: RememberedHead(latest),
      missing: missing > 0 ? missing : nil, since: context.clock.now())
  }
}
