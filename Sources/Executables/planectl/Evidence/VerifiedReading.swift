import MerkleLog
import PlaneContract
import Signing

/// Reads a log on from an entry, and gives each page out only once it is proven to stand under a head that the plane has signed.
/// It keeps a hash for each bit of the log's size, so a log that is rewritten behind it is noticed with the next head.
struct VerifiedReading: Sendable {
  private let log: EvidenceLog
  private(set) var head: VerifiedCheckpoint
  /// All that was read, and what stood before it.
  private(set) var past: MerkleFrontier

  /// Whether all under the head was read.
  var isAtHead: Bool { past.size == head.checkpoint.size }

  /// - Parameter index: the first entry to be read; the head's size for nothing yet.
  init(of log: EvidenceLog, from index: Int, under head: VerifiedCheckpoint) async throws {
    self.log = log
    self.head = head
    past = MerkleFrontier()
    guard index > 0 else { return }
    let (entry, proof) = try await log.proof(of: index - 1, under: head.checkpoint)
    guard var past = proof.past else { throw ProofError.wrongLength }
    past.append(MerkleHash.leaf(entry.bytes))
    self.past = past
  }

  /// The next entries; nil when all under the head were read.
  mutating func page() async throws -> [UnverifiedEntry]? {
    guard !isAtHead else { return nil }
    let entries = try await log.entries(
      from: past.size, limit: min(LedgerGet.limits.upperBound, head.checkpoint.size - past.size))
    var grown = past
    for entry in entries { grown.append(MerkleHash.leaf(entry.bytes)) }
    try await log.check(size: grown.size, root: grown.root, isBeginningOf: head.checkpoint)
    past = grown
    return entries
  }

  /// Goes on to a newer head. That it has the same past shows with the next page.
  mutating func advance(to head: VerifiedCheckpoint) throws {
    let (known, new) = (self.head.checkpoint, head.checkpoint)
    guard new.size >= known.size else {
      throw Failure.unverified(
        "\(log.plane.planeName)'s log had \(known.size) entries and now has \(new.size): it was restored or rewritten",
        hint: "planectl log \(log.plane.planeName) --verify compares it with what the other planes have seen")
    }
    guard new.size > known.size || new.root == known.root else {
      throw Failure.unverified("\(log.plane.planeName) has signed two different logs of \(new.size) entries")
    }
    self.head = head
  }
}
