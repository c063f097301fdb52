import MerkleLog
import PlaneContract
import Signing

/// Finds where a log stops being the one that its plane has signed: the longest beginning of it for which the plane can prove that.
///
/// Sizes of even numbers are tried, because a plane whose entry was altered in its database has only the hashes above the leaves
/// left to prove with, and those cover pairs.
struct FirstWrongEntry: Sendable {
  let log: EvidenceLog
  let head: VerifiedCheckpoint

  /// What is to be said about it.
  func failure() async throws -> Failure {
    var proven = MerkleFrontier()
    while proven.size < head.checkpoint.size {
      var entries = try await log.entries(from: proven.size, limit: head.checkpoint.size - proven.size)
      // Whole pairs, unless the log itself ends with half of one.
      if (proven.size + entries.count) % 2 == 1, proven.size + entries.count < head.checkpoint.size, entries.count > 1 {
        entries.removeLast()
      }
      let grown = Self.appending(entries, to: proven)
      guard await isBeginning(grown) else { return try await failure(among: entries, after: proven) }
      proven = grown
    }
    return Failure.unverified(
      "\(log.plane.planeName)'s entries are not those that it has signed for, and were others when they were asked for again"
    )
  }

  /// - Parameter entries: behind those that are proven; not all of them are right.
  private func failure(among entries: [UnverifiedEntry], after proven: MerkleFrontier) async throws -> Failure {
    let ends = (1...entries.count).filter { (proven.size + $0) % 2 == 0 || $0 == entries.count }
    var (low, high) = (0, ends.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if await isBeginning(Self.appending(entries[..<ends[middle]], to: proven)) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return named(await culprits(entries[(low == 0 ? 0 : ends[low - 1])..<ends[low]]))
  }

  /// Of a pair those that may be the wrong one: one of them, where the plane can still prove the other.
  private func culprits(_ pair: ArraySlice<UnverifiedEntry>) async -> [Int] {
    var unproven: [Int] = []
    for entry in pair where !(await isProven(entry)) { unproven.append(entry.index) }
    return unproven.isEmpty ? pair.map(\.index) : unproven
  }

  private func named(_ culprits: [Int]) -> Failure {
    let name = culprits.map(String.init).joined(separator: " or ")
    let first = culprits.first ?? 0
    return Failure.unverified(
      "\(log.plane.planeName)'s log is not the one that it has signed: the first wrong entry is \(name)",
      hint: first == 0 ? nil : "the \(first) entries before it are as they were signed for")
  }

  private func isBeginning(_ tree: MerkleFrontier) async -> Bool {
    (try? await log.check(size: tree.size, root: tree.root, isBeginningOf: head)) != nil
  }

  private func isProven(_ entry: UnverifiedEntry) async -> Bool {
    (try? await log.proof(of: entry.index, under: head))?.0 == entry
  }

  private static func appending(
    _ entries: some Sequence<UnverifiedEntry>, to tree: MerkleFrontier
  ) -> MerkleFrontier {
    var tree = tree
    for entry in entries { tree.append(MerkleHash.leaf(entry.bytes)) }
    return tree
  }
}
