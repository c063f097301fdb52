import GRDB
import Attestations
import Ledger
import Logging
import MerkleLog
import Storage

/// What a plane checks of its evidence before it adds to it. A log that is not the one that this plane signed is refused: to go on with
/// it would bury what happened. A state that the log does not bear out is reported, and the plane takes revocations only; where there is
/// much to compare, `EvidenceAuditing` does that, so that revocations need not wait for it, and what adds permission does.
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
    guard size <= AuditExtent.recentEntries else { return context.evidence.auditIsAwaited() }
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
  /// Reports disputes and resets that the log and the tables do not both have, what of them cannot be read, a head of a peer's log that
  /// nobody has signed, and one that is gone.
  fileprivate func checkWitnessing() {
    let memory = WitnessMemory()
    reportDamage { try WitnessEvidence().check(in: $0) }
    for plane in Role.planes {
      reportDamage { [self] in _ = try memory.head(of: log(of: plane), in: $0) }
      reportDamage { [self] in _ = try memory.dispute(of: origin(of: plane), in: $0) }
    }
    reportDamage { [self] in try requireHeads(in: $0) }
  }

  private func reportDamage(_ check: (Database) throws -> Void) {
    do { try database.readNow(check) } catch {
      let problem = if case StorageError.corrupt(let problem) = error { problem } else { "\(error)" }
      evidence.report("\(database.path): \(problem)", to: logger)
    }
  }

  /// A log whose head is gone would count as one that was never seen, and any past would be taken for its own. Who asks for governance's
  /// head remembers it before it shows its own, so governance's cosignature under that tells that there was one.
  private func requireHeads(in database: Database) throws {
    let cosigned = try ledger.cosigned(in: database)
    for plane in Role.planes where plane != role {
      let log = log(of: plane)
      let isAnswered = plane == .governance && cosigned.map { log.formerCosignature(under: $0) != nil } ?? false
      let isNamed =
        try LogResets().latest(of: log.origin, in: database) != nil
        || WitnessMemory().dispute(of: log.origin, in: database) != nil
      guard isAnswered || isNamed, try WitnessMemory().head(of: log, in: database) == nil else { continue }
      throw StorageError.corrupt("table witnessed_log: the head of \(log.origin) was remembered and is gone")
    }
  }

  /// Reports what the log names and the table lacks, and the other way round.
  func checkNames(of table: EvidencedTable) async throws {
    do { try await database.read { try table.checkNames(in: $0) } } catch StorageError.corrupt(let problem) {
      evidence.report("\(database.path): \(problem)", to: logger)
    }
  }
}
