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
      throw Self.shorter(log, witnessed, head)
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
    if let disputed { throw rewritten(disputed, agreed: agreed) }
  }

  private static func shorter(_ log: EvidenceLog, _ seen: WitnessedHead, _ head: VerifiedCheckpoint) -> Failure {
    let name = log.plane.planeName
    return Failure.unverified(
      "\(name)'s log has \(head.checkpoint.size) entries and had more: seen by \(seen.text)",
      hint:
        "\(name) was restored from a backup or rewritten; at least \(seen.size - head.checkpoint.size) entries are missing"
    )
  }

  private func rewritten(_ seen: WitnessedHead, agreed: Int) -> Failure {
    let since = agreed == 0 ? "no earlier head was cosigned" : "the first \(agreed) are as they were cosigned"
    return Failure.unverified(
      "\(log.plane.planeName) has signed another past than it had: one of its entries \(agreed) to \(seen.size - 1) differs from "
        + "what was seen by \(seen.text)",
      hint: "\(since); the witness's checkpoint, which \(log.plane.planeName) signed too, is the proof")
  }
}
