import GRDB
import Attestations
import Ledger
import Logging
import MerkleLog
import Storage

/// What a plane checks of its evidence before it adds to it. A log that is not the one that this plane signed is refused: to go on with
/// it would bury what happened. A state that the log does not bear out is reported, and the plane takes revocations only; where there is
/// much to compare, `EvidenceAuditing` does that, so that revocations need not wait for it.
struct EvidenceAtStart: Sendable {
  let context: PlaneContext
  let tables: [EvidencedTable]

  /// - Throws: `StorageError.corrupt` with the database, the table and the entry.
  func check() async throws {
    let size: Int
    do { size = try await checkedLog() } catch StorageError.corrupt(let problem) {
      throw StorageError.corrupt("\(context.database.path): \(problem)")
    }
    context.checkWitnessing()
    guard size <= AuditExtent.recentEntries else { return }
    for table in tables { try await context.checkNames(of: table) }
  }

  /// How many entries there are.
  private func checkedLog() async throws -> Int {
    var audit = try await context.database.read { [context] database in
      let audit = try context.ledger.audit(.recent, in: database)
      if audit.size == 0, try TrustRootStore().holdsAny(in: database) {
        throw StorageError.corrupt("table evidence: it is empty, and this plane has accepted trust roots")
      }
      return audit
    }
    while !audit.isFinished {
      audit = try await context.database.read { [audit] database in
        var audit = audit
        try audit.step(in: database)
        return audit
      }
    }
    return audit.size
  }
}

extension PlaneContext {
  /// Reports a dispute or a reset that the log names and no table has any more, and a head of a peer's log that nobody has signed.
  fileprivate func checkWitnessing() {
    do {
      try database.readNow { database in
        try WitnessEvidence().check(in: database)
        for plane in Role.planes { _ = try WitnessMemory().head(of: log(of: plane), in: database) }
      }
    } catch {
      let problem = if case StorageError.corrupt(let problem) = error { problem } else { "\(error)" }
      evidence.report("\(self.database.path): \(problem)", to: logger)
    }
  }

  /// Reports what the log names and the table lacks, and the other way round.
  func checkNames(of table: EvidencedTable) async throws {
    do { try await database.read { try table.checkNames(in: $0) } } catch StorageError.corrupt(let problem) {
      evidence.report("\(database.path): \(problem)", to: logger)
    }
  }
}
