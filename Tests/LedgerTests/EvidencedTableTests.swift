import GRDB
import Ledger
import MerkleLog
import Signing
import Storage
import TestSupport
import Testing

/// What the log names and a table has not, and the other way round.
@Suite struct EvidencedTableTests {
  private let scratch: ScratchLedger
  private let named = EvidencedTable("paper", content: .payload("payload"), events: [.modelApproved])
  private let unnamed = EvidencedTable(
    "paper", digest: nil, key: "number", content: .payload("payload"), events: [.modelApproved])

  /// More rows than one step reads.
  init() async throws {
    let scratch = try ScratchLedger()
    self.scratch = scratch
    try await scratch.database.commit { database in
      try database.execute(sql: "CREATE TABLE paper (number INTEGER PRIMARY KEY, digest TEXT, payload BLOB) STRICT")
      for number in 0..<600 {
        let payload = Array("paper \(number)".utf8)
        let digest = Digest(hashing: payload)
        try database.execute(
          sql: "INSERT INTO paper VALUES (?, ?, ?)", arguments: [number, digest.description, payload.data])
        try scratch.ledger.record(
          event: .modelApproved, data: [:], attestation: digest, time: start, in: database)
      }
    }
  }

  private func problem(_ table: EvidencedTable, after sql: String = "") async throws -> String? {
    try await scratch.database.commit { try $0.execute(sql: sql) }
    do {
      try scratch.database.readNow { database in
        try table.checkNames(in: database)
        var cursor = EvidencedTable.Cursor()
        while !cursor.isFinished { try table.checkContents(&cursor, in: database) }
      }
      return nil
    } catch StorageError.corrupt(let problem) { return problem }
  }

  private func digest(_ text: String) -> Digest { Digest(hashing: Array(text.utf8)) }

  @Test func whatAgreesIsFound() async throws {
    #expect(try await problem(named) == nil)
    #expect(try await problem(unnamed) == nil)
  }

  @Test func aDeletedRowIsNamed() async throws {
    let gone = "table paper: \(digest("paper 300")) was accepted and is gone"
    #expect(try await problem(named, after: "DELETE FROM paper WHERE number = 300") == gone)
    #expect(try await problem(unnamed) == gone)
  }

  @Test func anInsertedRowIsNamed() async throws {
    let insert = "INSERT INTO paper VALUES (1000, '\(digest("forged"))', CAST('forged' AS BLOB))"
    let strange = "table paper: \(digest("forged")) is in no evidence: this plane never accepted it"
    #expect(try await problem(named, after: insert) == strange)
    #expect(try await problem(unnamed) == strange)
  }

  @Test func alteredBytesAreNamed() async throws {
    let alter = "UPDATE paper SET payload = CAST('altered' AS BLOB) WHERE number = 599"
    #expect(
      try await problem(named, after: alter)
        == "table paper: \(digest("paper 599")) holds other bytes than were accepted")
    #expect(try await problem(unnamed)?.contains("is in no evidence") == true)
  }

  @Test func aTableThatIsPrunedMayLackRowsAndHaveNoStrangers() async throws {
    let pruned = EvidencedTable("paper", content: .payload("payload"), events: [.modelApproved], isKeptForEver: false)
    #expect(try await problem(pruned, after: "DELETE FROM paper WHERE number < 300") == nil)
    let insert = "INSERT INTO paper VALUES (1000, '\(digest("forged"))', CAST('forged' AS BLOB))"
    #expect(try await problem(pruned, after: insert)?.contains("is in no evidence") == true)
  }
}
