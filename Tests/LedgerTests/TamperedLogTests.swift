import GRDB
import Ledger
import MerkleLog
import Signing
import Storage
import TestSupport
import Testing

/// A log that somebody changed in the file while its plane was stopped, triggers or no triggers, is named when it is opened again.
@Suite struct TamperedLogTests {
  private static let tables = ["evidence", "evidence_node", "evidence_checkpoint", "evidence_audit"]
  private static let withoutTriggers =
    ["evidence_never_updated", "evidence_never_deleted", "evidence_without_gaps"]
    + ["updated", "deleted", "replaced"].map { "evidence_node_never_\($0)" }

  /// Every column that they have, so that one that is added is covered by itself.
  private static func columns() throws -> [TableColumn] {
    let scratch = try ScratchLedger()
    try scratch.database.close()
    return try TableColumn.all(of: tables, at: scratch.path)
  }

  private let scratch: ScratchLedger

  /// 70 entries: complete subtrees of 64, 4 and 2. A witness saw 40 of them.
  init() async throws {
    scratch = try await ScratchLedger.witnessed()
  }

  private func problem(after sql: String...) throws -> String? {
    try problem { for sql in sql { try Self.run(sql, $0) } }
  }

  /// What opening it again says; nil when all is well.
  private func problem(after change: (String) throws -> Void) throws -> String? {
    do {
      _ = try scratch.reopened(after: change).audit()
      return nil
    } catch StorageError.corrupt(let problem) { return problem }
  }

  private static func run(_ sql: String, _ path: String) throws {
    try SQLiteProgram.run(withoutTriggers.map { "DROP TRIGGER IF EXISTS \($0);" }.joined() + sql, on: path)
  }

  @Test func aLogThatNobodyTouchedIsFound() throws { #expect(try problem { _ in } == nil) }

  /// The table of the last audit says only how much a start need not wait for.
  @Test(arguments: try columns(), [0, 1, 2])
  func aChangedColumnIsNamed(_ column: TableColumn, place: Int) throws {
    let rows = [
      "evidence": ["entry_index = 0", "entry_index = 37", "entry_index = 69"],
      "evidence_node": ["level = 1 AND position = 0", "level = 3 AND position = 4", "level = 1 AND position = 34"],
      "evidence_checkpoint": ["slot = 'latest'", "slot = 'cosigned'", "TRUE"],
    ]
    let problem = try problem { path in
      try Self.run("", path)
      try column.change(in: path, where: rows[column.table]?[place] ?? "TRUE")
    }
    // A cosigned head is found again by asking a witness.
    let isIndifferent =
      column.table == "evidence_audit"
      || (column.table == "evidence_checkpoint" && column.name != "note" && place == 1)
    if isIndifferent {
      #expect(problem == nil, "\(problem ?? "")")
    } else {
      #expect(problem?.contains("evidence") == true)
    }
  }

  @Test func anEntryThatWasRemovedIsNamed() throws {
    #expect(try problem(after: "DELETE FROM evidence WHERE entry_index = 33")?.contains("entry 33") == true)
  }

  @Test func theLastEntryRemovedIsNoticed() throws {
    #expect(try problem(after: "DELETE FROM evidence WHERE entry_index = 69")?.contains("signed for 70") == true)
  }

  @Test func anEntryThatWasAddedIsNoticed() throws {
    let added = "INSERT INTO evidence SELECT 70, entry, attestation_digest, event, model_id, time FROM evidence LIMIT 1"
    #expect(try problem(after: added)?.contains("71 entries") == true)
  }

  @Test func twoEntriesThatChangedPlacesAreNamed() throws {
    let swap = """
      UPDATE evidence SET entry_index = -1 WHERE entry_index = 10;
      UPDATE evidence SET entry_index = 10 WHERE entry_index = 50;
      UPDATE evidence SET entry_index = 50 WHERE entry_index = -1;
      """
    #expect(try problem(after: swap) == "table evidence: entry 10: in its place stands entry 50")
  }

  /// The bytes are an entry, its columns agree: only the tree knows.
  @Test func anEntryRewrittenWithCareIsNamed() throws {
    let rewrite = """
      UPDATE evidence SET entry = CAST(replace(CAST(entry AS TEXT), 'model/10', 'model/xx') AS BLOB),
        model_id = 'model/xx' WHERE entry_index = 10
      """
    #expect(try problem(after: rewrite) == "table evidence: entry 10 or 11 is not the one that was recorded")
  }

  @Test func aHashThatWasChangedIsNamedAndNotTheEntryBelowIt() throws {
    let change = "UPDATE evidence_node SET hash = zeroblob(32) WHERE level = 1 AND position = 5"
    #expect(try problem(after: change)?.contains("evidence_node: level 1, position 5") == true)
  }

  @Test func aHashThatIsNoneOfThisLogIsNamed() throws {
    let add = "INSERT INTO evidence_node VALUES (1, 35, zeroblob(32))"
    #expect(try problem(after: add)?.contains("level 1 has a hash beyond the 70 entries") == true)
  }

  @Test func aHashThatIsGoneIsNamed() throws {
    let delete = "DELETE FROM evidence_node WHERE level = 2 AND position = 3"
    #expect(try problem(after: delete)?.contains("evidence_node: level 2, position 3") == true)
  }

  @Test func theCheckpointRemovedIsNoticed() throws {
    #expect(
      try problem(after: "DELETE FROM evidence_checkpoint")
        == "table evidence_checkpoint: the checkpoint of 70 entries is gone")
  }

  @Test func aCheckpointThatLostItsSignatureIsNotSignedAnew() throws {
    #expect(
      try problem(after: "UPDATE evidence_checkpoint SET note = NULL WHERE slot = 'latest'")
        == "table evidence_checkpoint: the latest one is not signed")
  }

  @Test(arguments: ["of another key", "of another log", "of fewer entries", "of another root"])
  func aCheckpointThatIsNotThisLogsIsNoticed(_ strange: String) throws {
    let root = try scratch.root(of: 70)
    let (key, origin) = (try SecretKey.generate(), ScratchLedger.origin.description)
    let note =
      switch strange {
      case "of another key": try note(origin, 70, root, key)
      case "of another log": try note("0123456789abcdef/serving-plane", 70, root, scratch.key)
      case "of fewer entries": try note(origin, 40, scratch.root(of: 40), scratch.key)
      default: try note(origin, 70, scratch.root(of: 69), scratch.key)
      }
    let replace = "UPDATE evidence_checkpoint SET note = '\(note)' WHERE slot = 'latest'"
    #expect(try problem(after: replace)?.contains("evidence") == true)
  }

  private func note(_ origin: String, _ size: Int, _ root: Digest, _ key: SecretKey) throws -> String {
    let checkpoint = try #require(Checkpoint(origin: origin, size: size, root: root))
    return try VerifiedCheckpoint(signing: checkpoint, with: key).note.description
  }

  /// All of it is right for 30 entries, but a witness saw 40.
  @Test func aLogCutBackToAnEarlierCheckpointThanAWitnessSawIsNoticed() throws {
    let note = try note(ScratchLedger.origin.description, 30, scratch.root(of: 30), scratch.key)
    let cut = """
      DELETE FROM evidence WHERE entry_index >= 30; DELETE FROM evidence_node WHERE (position + 1) << level > 30;
      UPDATE evidence_checkpoint SET size = 30, note = '\(note)' WHERE slot = 'latest';
      """
    #expect(try problem(after: cut)?.contains("it is an older copy") == true)
  }

  @Test func whatWasAuditedBeforeIsHashedAgainInTheBackground() async throws {
    try await scratch.recordMany(11_000)
    let audit = try scratch.audit(.all)
    try await scratch.database.commit { [scratch] in try scratch.ledger.finish(audit, in: $0) }
    let rewrite = """
      UPDATE evidence SET entry = CAST(replace(CAST(entry AS TEXT), 'model/10', 'model/xx') AS BLOB),
        model_id = 'model/xx' WHERE entry_index = 10
      """
    let reopened = try scratch.reopened { try Self.run(rewrite, $0) }
    #expect(try reopened.audit(.recent).size == 11_070)
    #expect(throws: StorageError.corrupt("table evidence: entry 10 or 11 is not the one that was recorded")) {
      try reopened.audit(.all)
    }
  }
}
