import GRDB
import Ledger
import MerkleLog
import Signing
import Storage
import Testing
import Wire

@Suite struct EvidenceLedgerTests {
  private let scratch: ScratchLedger

  init() throws { scratch = try ScratchLedger() }

  private func tryTo(_ sql: String) async throws -> String {
    do {
      try await scratch.database.commit { try $0.execute(sql: sql) }
      return "done"
    } catch {
      return "\(error)"
    }
  }

  @Test func entriesCannotBeUpdatedDeletedReplacedOrSkipped() async throws {
    try await scratch.record(.planeStarted)
    try await scratch.record(.modelApproved, ["model_id": "iris"])
    let before = try scratch.texts
    #expect(try await tryTo("UPDATE evidence SET event = 'nothing'").contains("append-only"))
    #expect(try await tryTo("DELETE FROM evidence").contains("append-only"))
    #expect(try await tryTo("DELETE FROM evidence WHERE entry_index = 1").contains("append-only"))
    let values = "(1, x'00', NULL, 'forged', NULL, 0)"
    #expect(try await tryTo("INSERT OR REPLACE INTO evidence VALUES \(values)").contains("without gaps"))
    #expect(
      try await tryTo("REPLACE INTO evidence VALUES (5, x'00', NULL, 'forged', NULL, 0)").contains("without gaps"))
    #expect(
      try await tryTo("INSERT INTO evidence VALUES (-1, x'00', NULL, 'forged', NULL, 0)").contains("without gaps"))
    #expect(try scratch.texts == before)
  }

  @Test func theStoredBytesAreTheEntrysBytes() async throws {
    let digest = Digest(hashing: [1])
    let id = try await scratch.record(.modelApproved, ["model_id": "iris"], attestation: digest)
    #expect(id.index == 0)
    let entry = EvidenceEntry(
      index: 0, time: start, event: .modelApproved, data: ["model_id": "iris"], attestation: digest)
    #expect(try scratch.texts == [String(decoding: entry.bytes, as: UTF8.self)])
  }

  @Test func indicesHaveNoGapUnderConcurrencyAndRefusals() async throws {
    struct Refused: Error {}
    let (database, ledger) = (scratch.database, scratch.ledger)
    await withTaskGroup(of: Void.self) { tasks in
      for number in 0..<200 {
        tasks.addTask {
          try? await database.commit { database in
            try ledger.record(
              event: .modelApproved, data: ["n": JSONValue(number)], attestation: nil, time: start, in: database)
            if number.isMultiple(of: 3) { throw Refused() }
          }
        }
      }
    }
    let entries = try database.readNow { try ledger.entries(from: 0, limit: 1000, in: $0) }
    #expect(entries.map(\.index) == Array(0..<133))
    for entry in entries {
      let parsed = try StrictJSON.parse(entry.bytes)
      #expect(parsed.object?["index"]?.int == entry.index)
    }
  }

  @Test func readingIsPagedAndBounded() async throws {
    for number in 0..<5 { try await scratch.record(.modelApproved, ["n": JSONValue(number)]) }
    let ledger = scratch.ledger
    let page = try scratch.database.readNow { try ledger.entries(from: 3, limit: 10, in: $0) }
    #expect(page.map(\.index) == [3, 4])
    #expect(try scratch.database.readNow { try ledger.entries(from: 0, limit: -1, in: $0) }.isEmpty)
    #expect(try scratch.database.readNow { try ledger.count(in: $0) } == 5)
  }

  @Test func anEntryThatCarriesTooMuchIsRefused() async throws {
    let long = String(repeating: "x", count: EvidenceEntry.maximumByteCount)
    await #expect(throws: EvidenceError.self) { try await scratch.record(.modelApproved, ["note": JSONValue(long)]) }
    #expect(try scratch.texts.isEmpty)
  }
}
