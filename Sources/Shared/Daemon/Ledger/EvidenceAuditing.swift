import Ledger
import Logging
import ServiceLifecycle
import Storage

/// Once after each start, in the background: every entry of the log and every attestation that it names is read and hashed again.
struct EvidenceAuditing: Service {
  static let retryInterval = Duration.seconds(5)

  let context: PlaneContext
  let tables: [EvidencedTable]

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while await !checkNames(), (try? await Task.sleep(for: Self.retryInterval)) != nil {}
      do {
        try await auditLog()
        for table in tables { try await audit(table) }
      } catch is CancellationError {
      } catch StorageError.corrupt(let problem) {
        context.evidence.report("\(context.database.path): \(problem)", to: context.logger)
      } catch {
        context.logger.error("the evidence could not be audited", metadata: ["error": "\(error)"])
      }
      try? await gracefulShutdown()
    }
  }

  /// Whether the names in all tables were compared with the log, whatever that found: nothing adds permission before. False when it has
  /// to be tried again.
  func checkNames() async -> Bool {
    do {
      for table in tables { try await context.checkNames(of: table) }
      context.evidence.audited()
      return true
    } catch is CancellationError {
      return false
    } catch {
      context.logger.error("the tables could not be compared with the log yet", metadata: ["error": "\(error)"])
      return false
    }
  }

  /// The entries that there are when it begins; those that come later are hashed as they come.
  func auditLog() async throws {
    let ledger = context.ledger
    var audit = try await context.database.read { try ledger.audit(.all, in: $0) }
    while !audit.isFinished {
      try Task.checkCancellation()
      audit = try await context.database.read { [audit] database in
        var audit = audit
        try audit.step(in: database)
        return audit
      }
    }
    try await context.commit { [audit] in try ledger.finish(audit, in: $0) }
  }

  func audit(_ table: EvidencedTable) async throws {
    var cursor = EvidencedTable.Cursor()
    while !cursor.isFinished {
      try Task.checkCancellation()
      cursor = try await context.database.read { [cursor] database in
        var cursor = cursor
        try table.checkContents(&cursor, in: database)
        return cursor
      }
    }
  }
}
