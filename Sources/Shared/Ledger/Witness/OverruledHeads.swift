import GRDB
import MerkleLog
import Signing

/// Heads that contradicted a log until the root keys said from where it is believed. When a witness saw one is the witness's own word, so
/// whoever holds its key could otherwise show the same head again after every reset. One row for each reset that ended a dispute.
package struct OverruledHeads: Sendable {
  static let migrationSQL = """
    CREATE TABLE overruled_head (
      origin TEXT NOT NULL,
      size INTEGER NOT NULL,
      root TEXT NOT NULL,
      PRIMARY KEY (origin, size, root)
    ) STRICT, WITHOUT ROWID;

    """

  package init() {}

  package func contains(_ head: Checkpoint, in database: Database) throws -> Bool {
    let sql = "SELECT EXISTS (SELECT 1 FROM overruled_head WHERE origin = ? AND size = ? AND root = ?)"
    let arguments: StatementArguments = [head.origin, head.size, head.root.description]
    return try Bool.fetchOne(database.cachedStatement(sql: sql), arguments: arguments) ?? false
  }

  func put(_ head: Checkpoint, in database: Database) throws {
    try database.cachedStatement(sql: "INSERT OR IGNORE INTO overruled_head VALUES (?, ?, ?)")
      .execute(arguments: [head.origin, head.size, head.root.description])
  }
}
