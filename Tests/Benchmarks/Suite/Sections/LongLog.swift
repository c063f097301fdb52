import Attestations
import Foundation
import PlaneContract
import Signing
import Wire

/// A governance plane with so many entries of evidence. They are written while it is stopped, as a version wrote them that had no tree,
/// and the plane takes them in as it would on such a database.
final class LongLog {
  private let home: Home
  private let count: Int
  private var plane: RunningPlane
  private let empty: Double
  /// Seconds from the start on the older database until all of it was verified.
  private(set) var upgrade = Double.nan

  private var database: String { "\(home.path)/governance-plane/state.sqlite" }

  init(_ count: Int) throws {
    (home, self.count) = (try Home(), count)
    plane = try RunningPlane(.governance, of: home)
    _ = try Caller("bridge", of: home).status(on: .governanceRead)
    empty = try Residence(of: plane.pid).resident
    plane.stop()
    try write()
    let start = ContinuousClock.now
    plane = try RunningPlane(.governance, of: home)
    try waitUntilAudited(beyond: 0)
    upgrade = ContinuousClock.now.since(start)
  }

  deinit { plane.stop() }

  /// Milliseconds until it is ready again.
  func restart() throws -> Double {
    plane.stop()
    plane = try RunningPlane(.governance, of: home)
    return plane.readyMilliseconds
  }

  /// Seconds of each.
  func proofs(_ number: Int) throws -> [Double] {
    let caller = try Caller("bridge", of: home)
    return try (0..<number).map { _ in
      let question = LedgerGet.proof(index: Int.random(in: 0..<count), size: nil)
      let start = ContinuousClock.now
      let answer = try caller.ask(.ledgerGet, question.fields, on: .governanceRead)
      let seconds = ContinuousClock.now.since(start)
      guard try LedgerProof(answer).text != nil else { throw BenchError("a proof has no checkpoint") }
      return seconds
    }
  }

  /// Megabytes of resident memory beyond those of the empty plane, once everything was audited again.
  func growth() throws -> Double {
    let before = try audited()
    _ = try restart()
    try waitUntilAudited(beyond: before)
    return try Residence(of: plane.pid).resident - empty
  }

  /// Every start adds an entry, so an audit that is finished after it covers more than any before.
  private func waitUntilAudited(beyond size: Int) throws {
    for _ in 0..<6000 {
      guard try audited() <= size else { return }
      Pause.milliseconds(100)
    }
    throw BenchError("the log was not audited")
  }

  private func audited() throws -> Int { try Int(sqlite("SELECT coalesce(max(size), 0) FROM evidence_audit")) ?? 0 }

  private func write() throws {
    try sqlite(
      """
      DROP TABLE evidence_node; DROP TABLE evidence_checkpoint; DROP TABLE evidence_audit; DROP INDEX evidence_attested;
      DELETE FROM grdb_migrations WHERE identifier LIKE '%Merkle log';
      PRAGMA synchronous = OFF;
      BEGIN;
      WITH RECURSIVE number(n) AS (
        SELECT max(entry_index) + 1 FROM evidence UNION ALL SELECT n + 1 FROM number WHERE n < \(count) - 1)
      INSERT INTO evidence SELECT n, CAST(printf('{"v":1,"index":%d,"time":"2026-01-02T03:04:05+00:00",'
        || '"event":"request_refused","data":{"principal":"ci-%d","kind":"approval.sign","code":"policy_failed",'
        || '"reason":"the approval was closed by a rejection, and nobody signs it any more",'
        || '"request_digest":"sha256:%064x"},"attestation_digest":null}', n, n % 1000, n) AS BLOB),
        NULL, 'request_refused', NULL, 1767323045000000 FROM number;
      COMMIT;
      """)
  }

  @discardableResult
  private func sqlite(_ sql: String) throws -> String {
    try Command.run("/usr/bin/env", ["sqlite3", "-batch", "-bail", "-cmd", ".timeout 5000", database, sql])
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
