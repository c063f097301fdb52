import Attestations
import Foundation
import MerkleLog
import PlaneContract
import Signing
import Wire

/// A governance plane with so many entries of evidence. They are written while it is stopped, with the tree over them and a head
/// signed by its key, and the plane reads all of them once.
final class LongLog {
  private let home: Home
  private let count: Int
  private var plane: RunningPlane
  private let empty: Double
  /// Seconds from the first start on them until all were verified.
  private(set) var firstAudit = Double.nan

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
    try waitUntilAudited(beyond: count - 1)
    firstAudit = ContinuousClock.now.since(start)
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

  /// Entries as the plane writes them, the tree over them, and a head that its key signs.
  private func write() throws {
    try sqlite(
      """
      PRAGMA synchronous = OFF;
      WITH RECURSIVE number(n) AS (
        SELECT max(entry_index) + 1 FROM evidence UNION ALL SELECT n + 1 FROM number WHERE n < \(count) - 1)
      INSERT INTO evidence SELECT n, CAST(printf('{"v":1,"index":%d,"time":"2026-01-02T03:04:05+00:00",'
        || '"event":"request_refused","data":{"principal":"ci-%d","kind":"approval.sign","code":"policy_failed",'
        || '"reason":"the approval was closed by a rejection, and nobody signs it any more",'
        || '"request_digest":"sha256:%064x"},"attestation_digest":null}', n, n % 1000, n) AS BLOB),
        NULL, 'request_refused', NULL, 1767323045000000 FROM number;
      """)
    let known = Int(try sqlite("SELECT count(*) FROM evidence_node")) ?? 0
    var (frontier, nodes) = (MerkleFrontier(), ["PRAGMA synchronous = OFF; BEGIN;"])
    var seen = 0
    for entry in try sqlite("SELECT CAST(entry AS TEXT) FROM evidence ORDER BY entry_index").utf8.split(separator: 10) {
      frontier.append(MerkleHash.leaf(Array(entry))) { position, hash in
        seen += 1
        guard seen > known else { return }
        nodes.append("INSERT INTO evidence_node VALUES (\(position.level), \(position.index), x'\(hash.hex)');")
      }
    }
    let origin = EvidenceOrigin(rootDigest: home.root.digest, plane: "governance-plane").description
    guard let head = Checkpoint(origin: origin, size: frontier.size, root: frontier.root) else {
      throw BenchError("\(origin) is no log's name")
    }
    let key = try KeyFile.loadSecret(path: "\(home.path)/governance-plane/plane.pem")
    let note = try VerifiedCheckpoint(signing: head, with: key).note.description
    nodes.append("INSERT OR REPLACE INTO evidence_checkpoint VALUES ('latest', \(head.size), '\(note)'); COMMIT;")
    try sqlite(".read \(home.write(Array(nodes.joined(separator: "\n").utf8), to: "nodes.sql"))")
  }

  @discardableResult
  private func sqlite(_ sql: String) throws -> String {
    try Command.run("/usr/bin/env", ["sqlite3", "-batch", "-bail", "-cmd", ".timeout 5000", database, sql])
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
