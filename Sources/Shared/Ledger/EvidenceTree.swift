import FoundationEssentials
import GRDB
import MerkleLog
import Signing
import Storage

/// The Merkle tree over the evidence as one snapshot of the database has it. The hashes of larger complete subtrees are stored; a leaf
/// is hashed from the bytes of its entry, so that nothing stands between a proof and what was written.
struct EvidenceTree: MerkleNodes {
  static let migrationSQL = """
    CREATE TABLE evidence_node (
      level INTEGER NOT NULL CHECK (level > 0),
      position INTEGER NOT NULL,
      hash BLOB NOT NULL,
      PRIMARY KEY (level, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER evidence_node_never_updated BEFORE UPDATE ON evidence_node BEGIN
      SELECT raise(ABORT, 'evidence is append-only');
    END;
    CREATE TRIGGER evidence_node_never_deleted BEFORE DELETE ON evidence_node BEGIN
      SELECT raise(ABORT, 'evidence is append-only');
    END;
    -- Also stops INSERT OR REPLACE, which deletes without asking the trigger above.
    CREATE TRIGGER evidence_node_never_replaced BEFORE INSERT ON evidence_node
    WHEN EXISTS (SELECT 1 FROM evidence_node WHERE level = NEW.level AND position = NEW.position) BEGIN
      SELECT raise(ABORT, 'evidence is append-only');
    END;

    """

  let database: Database

  init(_ database: Database) { self.database = database }

  func hash(at position: MerklePosition) throws -> Digest {
    try position.level == 0 ? leaf(position.index) : node(position)
  }

  /// Takes the entries from `size` on into the tree of those before them, and returns the frontier of all.
  func grow(from size: Int) throws -> MerkleFrontier {
    guard var frontier = try frontier(size: size) else {
      throw StorageError.corrupt("table evidence_node: it is not the tree of \(size) entries")
    }
    let statement = try database.cachedStatement(
      sql: "SELECT entry FROM evidence WHERE entry_index >= ? ORDER BY entry_index")
    let entries = try Data.fetchCursor(statement, arguments: [size])
    while let entry = try entries.next() { try frontier.append(MerkleHash.leaf([UInt8](entry)), completed: insert) }
    return frontier
  }

  private func insert(_ position: MerklePosition, _ hash: Digest) throws {
    try database.cachedStatement(sql: "INSERT INTO evidence_node VALUES (?, ?, ?)")
      .execute(arguments: [position.level, position.index, Data(hash.bytes)])
  }

  private func leaf(_ index: Int) throws -> Digest {
    let statement = try database.cachedStatement(sql: "SELECT entry FROM evidence WHERE entry_index = ?")
    guard let entry = try Data.fetchOne(statement, arguments: [index]) else {
      throw StorageError.corrupt("table evidence: entry \(index) is gone")
    }
    return MerkleHash.leaf([UInt8](entry))
  }

  private func node(_ position: MerklePosition) throws -> Digest {
    let statement = try database.cachedStatement(
      sql: "SELECT hash FROM evidence_node WHERE level = ? AND position = ?")
    let hash = try Data.fetchOne(statement, arguments: [position.level, position.index])
    guard let hash = hash.flatMap({ Digest(bytes: [UInt8]($0)) }) else {
      throw StorageError.corrupt(
        "table evidence_node: level \(position.level), position \(position.index) is missing or no hash")
    }
    return hash
  }
}
