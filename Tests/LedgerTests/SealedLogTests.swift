import Foundation
import GRDB
import Ledger
import MerkleLog
import Signing
import Storage
import TestSupport
import Testing
import Wire

/// The tree and its signed head, through the database.
@Suite struct SealedLogTests {
  private let scratch: ScratchLedger

  init() throws { scratch = try ScratchLedger() }

  private func head() throws -> Checkpoint? {
    try scratch.database.readNow { try scratch.ledger.checkpoint(in: $0)?.checkpoint }
  }

  @Test func aLogWithoutEntriesHasNoCheckpoint() throws {
    #expect(try head() == nil)
    #expect(throws: ProofError.self) {
      try scratch.database.readNow { try scratch.ledger.inclusionProof(of: 0, size: 1, in: $0) }
    }
  }

  @Test func theRootsOfTheCertificateTransparencyVectors() async throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appendingPathComponent("Vectors/standards.json"))
    let vectors = try #require(try StrictJSON.parse([UInt8](data)).object?["rfc6962"]?.object)
    let leaves = try #require(vectors["leaves_hex"]?.array).map { try #require($0.string) }
    let roots = try #require(vectors["roots_hex"]?.array).map { try #require($0.string) }
    for (index, leaf) in leaves.enumerated() {
      try await scratch.database.commit {
        try $0.execute(sql: "INSERT INTO evidence VALUES (\(index), x'\(leaf)', NULL, 'a leaf', NULL, 0)")
      }
      #expect(try head()?.size == index + 1)
      #expect(try head()?.root.hex == roots[index + 1])
    }
  }

  @Test(arguments: [1, 2, 3, 7, 8, 21, 64, 70]) func everyEntryIsProvedAtEverySizeThatHasIt(size: Int) async throws {
    for count in [1, 1, 1, 4, 1, 13, 43, 6] { try await scratch.recordMany(count) }
    let (entries, ledger) = (try scratch.entries(), scratch.ledger)
    #expect(entries.count == 70)
    let (root, whole) = (try scratch.root(of: size), try scratch.root(of: 70))
    try scratch.database.readNow { database in
      for entry in entries.prefix(size) {
        let proof = try ledger.inclusionProof(of: entry.index, size: size, in: database)
        #expect(try proof.root(from: entry.leaf) == root)
        #expect(try proof.root(from: entries[(entry.index + 1) % 70].leaf) != root)
      }
      #expect(throws: ProofError.outside(index: size, size: size)) {
        try ledger.inclusionProof(of: size, size: size, in: database)
      }
      for (later, laterRoot) in [(70, whole), (size, root)] {
        try ledger.consistencyProof(from: size, to: later, in: database).check(from: root, to: laterRoot)
      }
      #expect(throws: ProofError.beyond(size: 71, of: 70)) {
        try ledger.consistencyProof(from: size, to: 71, in: database)
      }
    }
  }

  @Test func aHeadSaysExactlyWhatWasCommittedAlsoWhereChangesOfItsGroupWereTakenBack() async throws {
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
    #expect(try head() == Checkpoint(origin: ScratchLedger.origin.description, size: 133, root: scratch.root(of: 133)))
    #expect(try scratch.audit(.all).size == 133)
  }

  @Test func aHeadIsSignedOnceForAGroupAndOnlyWhenTheLogGrew() async throws {
    try await scratch.recordMany(3)
    let before = try scratch.database.readNow { try scratch.ledger.checkpoint(in: $0) }
    try await scratch.database.commit { try $0.execute(sql: "CREATE TABLE other (one INTEGER)") }
    #expect(try scratch.database.readNow { try scratch.ledger.checkpoint(in: $0) } == before)
  }

  @Test func whatCannotBeSignedForIsNotCommitted() async throws {
    try await scratch.recordMany(2)
    let broken = "CREATE TRIGGER broken BEFORE INSERT ON evidence_checkpoint BEGIN SELECT raise(ABORT, 'broken'); END"
    try await scratch.database.commit { try $0.execute(sql: broken) }
    await #expect(throws: StorageError.self) { try await scratch.recordMany(1) }
    #expect(try scratch.entries().count == 2)
    try await scratch.database.commit { try $0.execute(sql: "DROP TRIGGER broken") }
    try await scratch.recordMany(2)
    #expect(try head()?.size == 4)
    #expect(try scratch.audit(.all).size == 4)
  }

  @Test func hashesCannotBeUpdatedDeletedOrReplaced() async throws {
    try await scratch.recordMany(4)
    for sql in [
      "UPDATE evidence_node SET hash = zeroblob(32)", "DELETE FROM evidence_node",
      "INSERT OR REPLACE INTO evidence_node VALUES (1, 0, zeroblob(32))",
    ] {
      await #expect(throws: StorageError.self) { try await scratch.database.commit { try $0.execute(sql: sql) } }
    }
  }

  @Test func aFileDressedUpAsOfAVersionWithoutATreeIsRefusedAndNotSigned() async throws {
    let old = try ScratchLedger(migrations: Array(ScratchLedger.migrations.prefix(1)))
    try await old.recordMany(21)
    let problem = "table evidence: it has entries that no plane has signed for"
    #expect(throws: StorageError.corrupt(problem)) { try old.reopened() }
    #expect(throws: StorageError.corrupt(problem)) { try ScratchLedger(in: old.directory, key: old.key) }
    // One that never recorded anything is begun like a new one.
    let empty = try ScratchLedger(migrations: Array(ScratchLedger.migrations.prefix(1))).reopened()
    try await empty.recordMany(1)
    #expect(try empty.audit(.all).size == 1)
  }

  @Test func aLogThatHasItsTreeAndAFileDressedUpSoAreNotTakenInEither() async throws {
    try await scratch.recordMany(21)
    let dressed = """
      DROP TABLE evidence_node; DROP TABLE evidence_checkpoint; DROP TABLE evidence_audit; DROP INDEX evidence_attested;
      DELETE FROM grdb_migrations WHERE identifier LIKE '2 %'
      """
    #expect(throws: StorageError.self) { try scratch.reopened { try SQLiteProgram.run(dressed, on: $0) } }
  }

  @Test func theLargestCosignedHeadIsKept() async throws {
    try await scratch.recordMany(5)
    let (ledger, key) = (scratch.ledger, try SecretKey.generate())
    let small = try #require(try scratch.database.readNow { try ledger.checkpoint(in: $0) })
    try await scratch.recordMany(5)
    let large = try #require(try scratch.database.readNow { try ledger.checkpoint(in: $0) })
    let cosigned = try [small, large].map {
      $0.adding(try Cosignature(of: $0, by: "w", with: key, time: 1).line)
    }
    for head in [cosigned[0], cosigned[1], cosigned[0]] {
      try await scratch.database.commit { try ledger.keep(cosigned: head, in: $0) }
    }
    #expect(try scratch.database.readNow { try ledger.cosigned(in: $0) } == cosigned[1])
  }
}
