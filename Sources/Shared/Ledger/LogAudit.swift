import FoundationEssentials
import GRDB
import MerkleLog
import Signing
import Storage
import Wire

/// A walk over the entries of a log in their order: each is read as it was written, hashed anew, and compared with the columns that find
/// it and with the hashes that are stored above it. At its end stands the root that was signed.
package struct LogAudit: Sendable {
  /// Entries that one step reads.
  package static let stride = 512

  /// The size that is checked.
  package let size: Int
  private let root: Digest
  private var frontier: MerkleFrontier

  /// - Parameters:
  ///   - start: entries before it are taken as their stored hashes have them.
  ///   - root: that was signed for `size` entries.
  init(from start: Int, to size: Int, root: Digest, in database: Database) throws {
    guard let frontier = try EvidenceTree(database).frontier(size: start) else {
      throw StorageError.corrupt("table evidence_node: it is not the tree of \(start) entries")
    }
    self.size = size
    self.root = root
    self.frontier = frontier
  }

  package var isFinished: Bool { frontier.size == size }

  /// Checks the next entries. Throws `StorageError.corrupt`, which names the entry or the node.
  package mutating func step(in database: Database) throws {
    let count = min(Self.stride, size - frontier.size)
    let sql = "SELECT * FROM evidence WHERE entry_index >= ? ORDER BY entry_index LIMIT ?"
    let rows = try Row.fetchCursor(database.cachedStatement(sql: sql), arguments: [frontier.size, count])
    let end = frontier.size + count
    while let row = try rows.next() {
      try Self.check(row, at: frontier.size)
      try take(MerkleHash.leaf([UInt8](row["entry"] as Data)), in: database)
    }
    guard frontier.size == end else { throw Self.altered("it is gone", entry: frontier.size) }
    guard isFinished, frontier.root != root else { return }
    throw StorageError.corrupt(
      "table evidence: the last of its \(size) entries, or a hash in evidence_node above them, is not what this plane signed for"
    )
  }

  private mutating func take(_ leaf: Digest, in database: Database) throws {
    let tree = EvidenceTree(database)
    try frontier.append(leaf) { position, hash in
      guard try tree.hash(at: position) != hash else { return }
      guard position.level == 1, try tree.bearsOut(position) else {
        throw StorageError.corrupt(
          "table evidence_node: level \(position.level), position \(position.index) is not the hash of what is below it"
        )
      }
      throw StorageError.corrupt(
        "table evidence: entry \(2 * position.index) or \(2 * position.index + 1) is not the one that was recorded")
    }
  }

  private static func check(_ row: Row, at index: Int) throws {
    guard row["entry_index"] == index else { throw altered("it is gone", entry: index) }
    let entry: UnverifiedEntry
    do { entry = try UnverifiedEntry([UInt8](row["entry"] as Data)) } catch { throw altered("\(error)", entry: index) }
    guard entry.index == index else { throw altered("in its place stands entry \(entry.index)", entry: index) }
    guard entry.event == row["event"], entry.attestation?.description == row["attestation_digest"],
      entry.time.microseconds == row["time"], entry.data["model_id"]?.string == row["model_id"]
    else { throw altered("its columns are not its own", entry: index) }
  }

  private static func altered(_ problem: String, entry index: Int) -> StorageError {
    .corrupt("table evidence: entry \(index): \(problem)")
  }
}

extension EvidenceTree {
  /// Whether a stored hash is the one that the hash above it was made of; false where nothing is above it.
  func bearsOut(_ position: MerklePosition) throws -> Bool {
    let above = MerklePosition(level: position.level + 1, index: position.index >> 1)
    let left = MerklePosition(level: position.level, index: position.index & ~1)
    let right = MerklePosition(level: position.level, index: position.index | 1)
    guard let above = try? hash(at: above), let left = try? hash(at: left), let right = try? hash(at: right) else {
      return false
    }
    return MerkleHash.node(left, right) == above
  }
}
