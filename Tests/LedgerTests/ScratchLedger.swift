import GRDB
import Ledger
import MerkleLog
import Signing
import Storage
import TestSupport
import Testing
import Wire

/// A database in a directory of its own with nothing but evidence in it.
final class ScratchLedger: Sendable {
  static let migrations = [
    Migration(1, "evidence", sql: SQLiteEvidenceLedger.migrationSQL),
    Migration(2, "tree", apply: SQLiteEvidenceLedger.addTree),
  ]
  static let origin = EvidenceOrigin(rootDigest: Digest(hashing: []), plane: "training-plane")

  let directory: TemporaryDirectory
  let key: SecretKey
  let database: PlaneDatabase
  let ledger: SQLiteEvidenceLedger

  /// - Parameters:
  ///   - directory: of an earlier one that was closed, to go on with.
  ///   - migrations: those of an earlier version have no tree.
  init(
    in directory: TemporaryDirectory? = nil, key: SecretKey? = nil, migrations: [Migration] = ScratchLedger.migrations
  ) throws {
    let home = try directory ?? TemporaryDirectory()
    let signer = try key ?? SecretKey.generate()
    (self.directory, self.key) = (home, signer)
    ledger = SQLiteEvidenceLedger(origin: Self.origin, signer: signer, keysEver: { [signer.publicKey] })
    database = try PlaneDatabase.open(path: "\(home.path)/state.sqlite", applicationID: 1, migrations: migrations)
    if migrations.count > 1 { database.endEveryTransaction { [ledger] in try ledger.seal(in: $0) } }
  }

  var path: String { database.path }

  /// Closes it, lets `change` at the file, and opens it again.
  func reopened(after change: (String) throws -> Void = { _ in }) throws -> ScratchLedger {
    try database.close()
    try change(path)
    return try ScratchLedger(in: directory, key: key)
  }

  /// One whole walk over the log, as a plane starts with and as it makes in the background.
  func audit(_ extent: AuditExtent = .recent) throws -> LogAudit {
    try database.readNow { database in
      var audit = try ledger.audit(extent, in: database)
      while !audit.isFinished { try audit.step(in: database) }
      return audit
    }
  }

  @discardableResult
  func record(
    _ event: EvidenceEvent, _ data: JSONObject = [:], attestation: Digest? = nil, at time: Timestamp = start
  ) async throws -> EvidenceID {
    try await database.commit { [ledger] database in
      try ledger.record(event: event, data: data, attestation: attestation, time: time, in: database)
    }
  }

  /// So many entries, each with a model and an attestation of its own, in one commit.
  func recordMany(_ count: Int) async throws {
    try await database.commit { [ledger] database in
      for number in 0..<count {
        try ledger.record(
          event: .modelApproved, data: ["model_id": .string("model/\(number)")],
          attestation: Digest(hashing: Array("\(number)".utf8)), time: start, in: database)
      }
    }
  }

  var texts: [String] {
    get throws { try entries().map { String(decoding: $0.bytes, as: UTF8.self) } }
  }

  func entries() throws -> [StoredEvidence] {
    try database.readNow { try ledger.entries(from: 0, limit: 1000, in: $0) }
  }

  /// The root as its definition has it, over the first entries.
  func root(of size: Int) throws -> Digest {
    var frontier = MerkleFrontier()
    for entry in try entries().prefix(size) { frontier.append(entry.leaf) }
    return frontier.root
  }
}

/// 2026-11-22T23:07:00Z, the first moment of a minute.
let start = Timestamp(microseconds: 1_795_388_820_000_000)

extension ScratchLedger {
  /// 70 entries, complete subtrees of 64, 4 and 2, of which a witness saw 40.
  static func witnessed() async throws -> ScratchLedger {
    let scratch = try ScratchLedger()
    try await scratch.recordMany(40)
    let head = try #require(try scratch.database.readNow { try scratch.ledger.checkpoint(in: $0) })
    let cosignature = try Cosignature(of: head, by: "witness", with: SecretKey.generate(), time: 1)
    try await scratch.recordMany(30)
    let audit = try scratch.audit(.all)
    try await scratch.database.commit {
      try scratch.ledger.keep(cosigned: head.adding(cosignature.line), in: $0)
      try scratch.ledger.finish(audit, in: $0)
    }
    return scratch
  }
}
