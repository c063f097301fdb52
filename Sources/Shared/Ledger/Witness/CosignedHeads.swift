import GRDB
import MerkleLog
import Signing

/// The heads of each log that this plane has cosigned lately. One of them that comes again was overtaken on its way by a later one: it
/// belongs to the very log that is believed, and is no sign that the log shrank.
struct CosignedHeads: Sendable {
  /// A message lives for five minutes, and a plane shows a head every five seconds at most.
  static let limit = 64

  static let migrationSQL = """
    CREATE TABLE cosigned_head (
      origin TEXT NOT NULL,
      size INTEGER NOT NULL,
      root TEXT NOT NULL,
      PRIMARY KEY (origin, size)
    ) STRICT, WITHOUT ROWID;

    """

  func contains(_ head: Checkpoint, in database: Database) throws -> Bool {
    let sql = "SELECT root FROM cosigned_head WHERE origin = ? AND size = ?"
    let root = try String.fetchOne(database.cachedStatement(sql: sql), arguments: [head.origin, head.size])
    return root == head.root.description
  }

  func put(_ head: Checkpoint, in database: Database) throws {
    try database.cachedStatement(sql: "INSERT OR REPLACE INTO cosigned_head VALUES (?, ?, ?)")
      .execute(arguments: [head.origin, head.size, head.root.description])
    let surplus = """
      DELETE FROM cosigned_head WHERE origin = ?1 AND size <= (
        SELECT size FROM cosigned_head WHERE origin = ?1 ORDER BY size DESC LIMIT 1 OFFSET ?2)
      """
    try database.cachedStatement(sql: surplus).execute(arguments: [head.origin, Self.limit])
  }

  /// A log that the root keys have set anew has another past.
  func forget(_ origin: EvidenceOrigin, in database: Database) throws {
    try database.cachedStatement(sql: "DELETE FROM cosigned_head WHERE origin = ?")
      .execute(arguments: [origin.description])
  }
}
