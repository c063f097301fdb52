import MerkleLog
import PlaneContract
import Signing

/// Reads a whole log and builds its tree anew: all of it is what the plane has signed and the other planes have cosigned, or what is
/// wrong is thrown. It keeps one page of entries and a hash for each bit of the log's size.
struct LogVerification: Sendable {
  let log: EvidenceLog
  let head: VerifiedCheckpoint
  let witnesses: Witnesses

  /// Asks for the heads. Throws when a witness has seen a longer log than there is, or another one of the same length.
  init(of log: EvidenceLog) async throws {
    self.log = log
    witnesses = try await Witnesses(of: log)
    head = try await log.head()
    for witnessed in witnesses.heads where witnessed.size > head.checkpoint.size {
      throw await Self.shorter(log, witnessed, head)
    }
  }

  /// Gives every entry to `visit` in order, before the whole is known to be right: what comes of it counts once this returns.
  func run(progress: EntryProgress, visit: (UnverifiedEntry) throws -> Void = { _ in }) async throws {
    let claims = Dictionary(grouping: witnesses.heads, by: \.size)
    var (tree, agreed) = (MerkleFrontier(), 0)
    var disputed: WitnessedHead?
    while tree.size < head.checkpoint.size {
      let entries = try await log.entries(from: tree.size, limit: head.checkpoint.size - tree.size)
      for entry in entries {
        tree.append(MerkleHash.leaf(entry.bytes))
        try visit(entry)
        guard disputed == nil, let heads = claims[tree.size] else { continue }
        disputed = heads.first { $0.root != tree.root }
        if disputed == nil { agreed = tree.size }
      }
      progress.show(tree.size, of: head.checkpoint.size)
    }
    guard tree.root == head.checkpoint.root else {
      throw try await FirstWrongEntry(log: log, head: head.checkpoint).failure()
    }
    if let disputed { throw await rewritten(disputed, agreed: agreed) }
  }

  private static func shorter(
    _ log: EvidenceLog, _ seen: WitnessedHead, _ head: VerifiedCheckpoint
  ) async -> Failure {
    let name = log.plane.planeName
    let known = await LogDisputes(of: log.plane, log.session).missing
    let missing = max(known, seen.size - head.checkpoint.size)
    return Failure.unverified(
      "\(name)'s log has \(head.checkpoint.size) entries and had more: seen by \(seen.text)",
      hint: "it was restored or rewritten; \(LogDisputes.gap(missing)); \(LogDisputes.hint)")
  }

  /// A plane that was restored has written on, and signs for other entries in the places of those that it lost: it looks like one whose
  /// key somebody else has.
  private func rewritten(_ seen: WitnessedHead, agreed: Int) async -> Failure {
    let culprit =
      agreed == seen.size - 1
      ? "its entry \(agreed) differs" : "one of its entries \(agreed) to \(seen.size - 1) differs"
    let missing = await LogDisputes(of: log.plane, log.session).missing
    let gap = missing > 0 ? "; \(LogDisputes.gap(missing))" : ""
    let since = agreed == 0 ? "no earlier head was cosigned" : "the first \(agreed) are as they were cosigned"
    return Failure.unverified(
      "\(log.plane.planeName)'s log was restored or rewritten: \(culprit) from what was seen by \(seen.text)\(gap)",
      hint:
        "\(since), and the witness's checkpoint, which \(log.plane.planeName) signed too, is the proof; \(LogDisputes.hint)"
    )
  }
}
