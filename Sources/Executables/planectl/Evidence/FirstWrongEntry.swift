import MerkleLog
import PlaneContract
import Signing

/// Finds where a log stops being the one that its plane has signed: the longest beginning of it for which the plane can prove that.
///
/// Sizes of even numbers are tried, because a plane whose entry was altered in its database has only the hashes above the leaves
/// left to prove with, and those cover pairs.
struct FirstWrongEntry: Sendable {
  let log: EvidenceLog
  let head: Checkpoint

  /// What is to be said about it.
  func failure() async throws -> Failure {
    let end = try await end()
    var proven = MerkleFrontier()
    while proven.size < end.size {
      var entries = try await log.entries(from: proven.size, limit: end.size - proven.size)
      // Whole pairs, unless the log itself ends with half of one.
      let size = proven.size + entries.count
      if size % 2 == 1, size < end.size, entries.count > 1 { entries.removeLast() }
      let grown = Self.appending(entries, to: proven)
      guard try await isBeginning(grown, of: end) else {
        return Self.named(try await culprits(among: entries, after: proven, in: end), in: log)
      }
      proven = grown
    }
    guard end == head else { return Self.named([end.size], in: log) }
    return Failure.unverified(
      "\(log.plane.planeName)'s entries are not those that it signed for, and were others when they were asked for again"
    )
  }

  /// Every proof to a log of odd size holds its last entry. Where that one is wrong, the log without it is searched, by what the
  /// plane says its root was.
  private func end() async throws -> Checkpoint {
    let size = head.size - 1
    guard size > 0, size % 2 == 0, let root = try? await log.statedRoot(size: size),
      let shorter = Checkpoint(origin: head.origin, size: size, root: root)
    else { return head }
    return try await isBeginning(size: size, root: root, of: head) ? head : shorter
  }

  /// The smallest pair that does not hold. Of the two only one, where the plane can still prove the other.
  ///
  /// - Parameter entries: behind those that are proven; not all of them are right.
  private func culprits(
    among entries: [UnverifiedEntry], after proven: MerkleFrontier, in end: Checkpoint
  ) async throws -> [Int] {
    let ends = (1...entries.count).filter { (proven.size + $0) % 2 == 0 || $0 == entries.count }
    var (low, high) = (0, ends.count - 1)
    while low < high {
      let middle = (low + high) / 2
      let isRight = try await isBeginning(Self.appending(entries[..<ends[middle]], to: proven), of: end)
      if isRight { low = middle + 1 } else { high = middle }
    }
    let pair = entries[(low == 0 ? 0 : ends[low - 1])..<ends[low]]
    var unproven: [Int] = []
    for entry in pair where (try? await log.proof(of: entry.index, under: end))?.0 != entry {
      unproven.append(entry.index)
    }
    return unproven.isEmpty ? pair.map(\.index) : unproven
  }

  private func isBeginning(_ tree: MerkleFrontier, of end: Checkpoint) async throws -> Bool {
    try await isBeginning(size: tree.size, root: tree.root, of: end)
  }

  /// Throws when the plane is away: that says nothing about its log.
  private func isBeginning(size: Int, root: Digest, of end: Checkpoint) async throws -> Bool {
    do { try await log.check(size: size, root: root, isBeginningOf: end) } catch {
      let failure = Failure(explaining: error)
      if failure.status == .unreachable { throw failure }
      return false
    }
    return true
  }

  private static func named(_ culprits: [Int], in log: EvidenceLog) -> Failure {
    let name = culprits.map(String.init).joined(separator: " or ")
    return Failure.unverified(
      "\(log.plane.planeName)'s log is not the one that it has signed: the first wrong entry is \(name)",
      hint: "stop the plane and keep a copy of its database: somebody has written into it, or the plane lies")
  }

  private static func appending(
    _ entries: some Sequence<UnverifiedEntry>, to tree: MerkleFrontier
  ) -> MerkleFrontier {
    var tree = tree
    for entry in entries { tree.append(MerkleHash.leaf(entry.bytes)) }
    return tree
  }
}
