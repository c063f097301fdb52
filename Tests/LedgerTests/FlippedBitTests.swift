import Attestations
import GRDB
import Ledger
import MerkleLog
import Signing
import Storage
import TestSupport
import Testing
import Wire

/// One bit of one row is flipped in the file of a stopped plane: in each column of each table of the log and of what was witnessed in
/// turn, at three places.
@Suite struct FlippedBitTests {
  private static let places = [0, 0.5, 1]

  private static func columns(of tables: [String]) throws -> [TableColumn] {
    let scratch = try ScratchLedger(migrations: migrations)
    try scratch.database.close()
    return try TableColumn.all(of: tables, at: scratch.path)
  }

  private static let migrations =
    ScratchLedger.migrations + [
      Migration(
        3, "witnessing",
        sql: WitnessMemory.migrationSQL + LogResets.migrationSQL + WitnessEvidence.migrationSQL)
    ]

  // MARK: The log

  /// How much a start need not wait for is all that stands in the last table.
  @Test(
    arguments: try columns(of: ["evidence", "evidence_node", "evidence_checkpoint", "evidence_audit"]), places)
  func aFlippedBitInTheLogIsNamed(_ column: TableColumn, place: Double) async throws {
    let rows = [
      "evidence": "entry_index = 37", "evidence_node": "level = 3 AND position = 4",
      "evidence_checkpoint": "slot = 'latest'",
    ]
    let scratch = try await ScratchLedger.witnessed()
    let outcome = Result {
      try scratch.reopened { path in
        let triggers = try SQLiteProgram.run("SELECT name FROM sqlite_master WHERE type = 'trigger'", on: path)
        try SQLiteProgram.run(triggers.map { "DROP TRIGGER \($0);" }.joined(), on: path)
        try column.flipBit(in: path, where: rows[column.table] ?? "TRUE", at: place)
      }.audit(.all)
    }
    if column.table == "evidence_audit" {
      #expect(try outcome.get().size == 70)
    } else {
      guard case .failure(StorageError.corrupt(let problem)) = outcome else { throw Absent("complaint") }
      #expect(problem.contains("evidence"))
    }
  }

  // MARK: What was witnessed

  /// Governance believed a head of training's log and then saw a shrink; serving's log was reset.
  private func memory(_ house: TestHouse) async throws -> ScratchLedger {
    let scratch = try ScratchLedger(migrations: Self.migrations)
    let witness = Witness(
      name: Self.origin(.governance, house), signer: try house.key("governance-plane"))
    let training = try PretendLog(of: .training, in: house, count: 9)
    let reset = try house.root.verified(reset: house.reset(PretendLog(of: .serving, in: house, count: 5).checkpoint(5)))
    try await scratch.database.commit { database in
      for size in [8, 5] {
        let proof = ConsistencyProof(oldSize: size == 8 ? 0 : 8, newSize: size, hashes: [])
        _ = try witness.see(
          training.head(size), proof, of: Self.log(.training, house), at: TestHouse.epoch, in: database)
      }
      let serving = Self.origin(.serving, house)
      _ = try LogResets().take(reset, of: serving, at: TestHouse.epoch, in: database)
    }
    try await scratch.record(.logDisputed, ["log": .string(Self.origin(.training, house).description)])
    try await scratch.record(
      .logResetAccepted, ["log": .string(Self.origin(.serving, house).description)], attestation: reset.digest)
    return scratch
  }

  private static func origin(_ plane: Role, _ house: TestHouse) -> EvidenceOrigin {
    EvidenceOrigin(rootDigest: house.root.originDigest, plane: "\(plane.rawValue)-plane")
  }

  private static func log(_ plane: Role, _ house: TestHouse) -> PeerLog {
    PeerLog(origin(plane, house), of: plane, root: house.root)
  }

  /// Either it is named, or all stands as it stood: what was believed, the dispute, and the reset that may not come again.
  @Test(arguments: try columns(of: ["witnessed_log", "log_dispute", "log_reset"]), places)
  func aFlippedBitEndsNoDisputeAndChangesNoHead(_ column: TableColumn, place: Double) async throws {
    let house = try TestHouse()
    let scratch = try await memory(house)
    let (before, plane) = (try Self.standing(in: scratch, house), column.table == "log_reset" ? "serving" : "training")
    try column.flipBit(in: scratch.path, where: "origin LIKE '%\(plane)-plane'", at: place)
    do {
      let after = try Self.standing(in: scratch, house)
      #expect(after == before)
    } catch StorageError.corrupt(let problem) { #expect(problem.contains("table \(column.table)")) }
  }

  private struct Standing: Equatable {
    let held: Checkpoint?
    let isDisputed: Bool
    let reset: Digest?
  }

  private static func standing(in scratch: ScratchLedger, _ house: TestHouse) throws -> Standing {
    try scratch.database.readNow { database in
      try WitnessEvidence().check(in: database)
      let (memory, training) = (WitnessMemory(), log(.training, house))
      return Standing(
        held: try memory.head(of: training, in: database)?.checkpoint,
        isDisputed: try memory.dispute(of: training.origin, in: database) != nil,
        reset: try LogResets().latest(of: origin(.serving, house), in: database)?.digest)
    }
  }
}
