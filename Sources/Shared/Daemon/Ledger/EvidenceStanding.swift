import Logging
import Storage
import Synchronization

/// Whether this plane's log and its state bear each other out. Once they do not, that stays until the plane starts again on a database
/// that does: nothing is approved or deployed on the strength of rows that nobody can vouch for. Revocations are still taken.
package final class EvidenceStanding: Sendable {
  private let problems = Mutex<[String]>([])
  private let unaudited = Mutex(false)

  /// What is wrong, and what that means; nil when nothing is known to be.
  package var fault: String? {
    problems.withLock { problems in
      guard let first = problems.first else { return nil }
      let more = problems.count > 1 ? " (and \(problems.count - 1) more)" : ""
      return "\(first)\(more); nothing is approved or deployed until the database is restored from a backup, "
        + "without the -wal and -shm of this one"
    }
  }

  /// While the tables of a long log were not compared with it since the start: it will take seconds, and until then a row that somebody
  /// put there looks like any other.
  package var isUnaudited: Bool { unaudited.withLock(\.self) }

  func auditIsAwaited() { unaudited.withLock { $0 = true } }
  func audited() { unaudited.withLock { $0 = false } }

  static let unauditedWords =
    "the tables of this plane are still being compared with its log since its start; try again in a minute"

  /// Once for each problem, however often it is met.
  package func report(_ problem: String, to logger: Logger) {
    let isNews = problems.withLock { problems in
      guard !problems.contains(problem) else { return false }
      problems.append(problem)
      return true
    }
    guard isNews else { return }
    logger.critical(
      "the evidence and the database do not agree: nothing is approved or deployed, only revoked",
      metadata: ["problem": "\(problem)"])
  }
}

extension PlaneContext {
  /// What `read` finds, for whom a damaged row must not keep waiting: nil where there is one, which is reported.
  package func undamaged<Value>(_ read: () throws -> Value?) throws -> Value? {
    do { return try read() } catch StorageError.corrupt(let problem) {
      evidence.report("\(database.path): \(problem)", to: logger)
      return nil
    }
  }
}
