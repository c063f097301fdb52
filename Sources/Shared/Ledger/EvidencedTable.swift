import FoundationEssentials
import GRDB
import MerkleLog
import Signing
import Storage
import Wire

/// A table of attestations whose rows the log names: what one of the two has and the other lacks, somebody removed or put there. So that
/// a row may be believed to have come the way that rows come.
package struct EvidencedTable: Sendable {
  /// What a row keeps of its attestation.
  package enum Content: Sendable {
    case envelope(String)
    case payload(String)

    fileprivate var column: String {
      switch self {
      case .envelope(let column), .payload(let column): column
      }
    }
  }

  /// For a later migration of every plane: by which entries are found for a row, and rows for an entry.
  static let indexSQL = """
    CREATE INDEX evidence_attested ON evidence (event, attestation_digest) WHERE attestation_digest IS NOT NULL;

    """

  static let rowsOfStep = 256
  private static let maximumPayload = 1 << 20

  package let name: String
  private let digest: String?
  private let key: String
  private let content: Content
  private let events: [EvidenceEvent]
  private let isKeptForEver: Bool

  /// - Parameters:
  ///   - digest: the column that names a row's attestation; nil where only its content does.
  ///   - key: a unique column, by which rows are read on.
  ///   - events: whose entries name the attestations of this table, each by its payload digest.
  ///   - isKeptForEver: whether every row that the log names must still be there.
  package init(
    _ name: String, digest: String? = "digest", key: String = "digest", content: Content, events: [EvidenceEvent],
    isKeptForEver: Bool = true
  ) {
    self.name = name
    self.digest = digest
    self.key = key
    self.content = content
    self.events = events
    self.isKeptForEver = isKeptForEver
  }

  /// By the names alone: what is missing, and what is there without having come. Throws `StorageError.corrupt` with table and digest.
  package func checkNames(in database: Database) throws {
    guard let digest else { return }
    let unexplained = """
      SELECT \(digest) FROM \(name) WHERE NOT EXISTS (
        SELECT 1 FROM evidence WHERE event IN (\(list)) AND attestation_digest = \(digest)) LIMIT 1
      """
    if let row = try String.fetchOne(database, sql: unexplained) { throw stranger(row) }
    guard isKeptForEver else { return }
    let gone = """
      SELECT attestation_digest FROM evidence WHERE event IN (\(list)) AND attestation_digest IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM \(name) WHERE \(digest) = attestation_digest) LIMIT 1
      """
    if let row = try String.fetchOne(database, sql: gone) { throw missing(row) }
  }

  /// Where `checkContents` has come to.
  package struct Cursor: Sendable {
    fileprivate var last: DatabaseValue?
    fileprivate var seen: Set<String> = []
    /// Entries of the log when the walk began: what came later may be in rows that it had passed.
    fileprivate var entries: Int?
    package fileprivate(set) var isFinished = false

    package init() {}
  }

  /// Checks the next rows: that each still holds the bytes that it is named after. Throws like `checkNames`.
  package func checkContents(_ cursor: inout Cursor, in database: Database) throws {
    let entries = try cursor.entries ?? Int.fetchOne(database, sql: "SELECT count(*) FROM evidence") ?? 0
    cursor.entries = entries
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT \(key), \(digest ?? "NULL"), \(content.column) FROM \(name)
        WHERE \(content.column) IS NOT NULL AND (?1 IS NULL OR \(key) > ?1) ORDER BY \(key) LIMIT ?2
        """, arguments: [cursor.last, Self.rowsOfStep])
    for row in rows {
      let found = try checked(row)
      guard digest == nil else { continue }
      try requireEntry(found, in: database)
      cursor.seen.insert(found)
    }
    cursor.last = rows.last?[0]
    guard rows.count < Self.rowsOfStep else { return }
    cursor.isFinished = true
    if digest == nil { try requireRows(cursor.seen, before: entries, in: database) }
  }

  /// The digest of what the row holds.
  private func checked(_ row: Row) throws -> String {
    let bytes = [UInt8](row[2] as Data)
    let found =
      switch content {
      case .payload: Digest(hashing: bytes)
      case .envelope:
        (try? UnverifiedEnvelope(parsing: bytes, maximumPayload: Self.maximumPayload))?.payloadDigest
      }
    let (key, named): (DatabaseValue, String?) = (row[0], row[1])
    guard let found, named == nil || named == found.description else {
      throw StorageError.corrupt("table \(name): \(named ?? "row \(key)") holds other bytes than were accepted")
    }
    return found.description
  }

  private func requireEntry(_ digest: String, in database: Database) throws {
    let sql = "SELECT 1 FROM evidence WHERE event IN (\(list)) AND attestation_digest = ?"
    guard try Row.fetchOne(database, sql: sql, arguments: [digest]) != nil else { throw stranger(digest) }
  }

  private func requireRows(_ seen: Set<String>, before entries: Int, in database: Database) throws {
    let sql = """
      SELECT attestation_digest FROM evidence
      WHERE event IN (\(list)) AND attestation_digest IS NOT NULL AND entry_index < ?
      """
    let digests = try String.fetchCursor(database, sql: sql, arguments: [entries])
    while let digest = try digests.next() { if !seen.contains(digest) { throw missing(digest) } }
  }

  private func missing(_ row: String) -> StorageError { .corrupt("table \(name): \(row) was accepted and is gone") }

  private func stranger(_ row: String) -> StorageError {
    .corrupt("table \(name): \(row) is in no evidence: this plane never accepted it")
  }

  /// Literals: names of this program, no input.
  private var list: String { events.map { "'\($0.rawValue)'" }.joined(separator: ", ") }
}
