import Attestations
import MerkleLog
import Signing
import Wire

/// Which entries of a log were asked for.
struct LogSelection: Sendable {
  /// The last that are shown when nothing narrower is asked for.
  static let defaultCount = 20

  let since: Timestamp?
  let model: ModelID?
  let count: Int?

  func includes(_ entry: UnverifiedEntry) -> Bool {
    model == nil || entry.data["model_id"]?.string == model?.text
  }

  /// How many of the entries that are included are shown, counted from the end; nil for all that are read.
  var limit: Int? { model == nil ? nil : count }

  /// Where to begin to read. With a model and no time, at the first entry.
  func beginning(of log: EvidenceLog, under head: VerifiedCheckpoint) async throws -> Int {
    if let since { return try await first(since: since, in: log, under: head.checkpoint) }
    return model == nil ? max(0, head.checkpoint.size - (count ?? Self.defaultCount)) : 0
  }

  /// The first entry that is not older, by halving: entries stand in the order in which the plane's clock went, and where that was put
  /// back some may be left out. Each that is looked at is proven to stand under the head, so nobody moves the beginning.
  private func first(since time: Timestamp, in log: EvidenceLog, under head: Checkpoint) async throws -> Int {
    var (low, high) = (0, head.size)
    while low < high {
      let middle = (low + high) / 2
      let (entry, _) = try await log.proof(of: middle, under: head)
      if entry.time < time { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
