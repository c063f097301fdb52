import Foundation
import GRDB
import Ledger
import MerkleLog
import Signing
import Storage
import Wire

/// A database in a directory of its own with nothing but evidence in it.
final class ScratchLedger: Sendable {
  let directory: String
  let database: PlaneDatabase
  let key: SecretKey
  let ledger: SQLiteEvidenceLedger

  init() throws {
    let key = try SecretKey.generate()
    self.key = key
    ledger = SQLiteEvidenceLedger(
      origin: EvidenceOrigin(rootDigest: Digest(hashing: []), plane: "training-plane"), signer: key,
      keysEver: { [key.publicKey] })
    directory = FileManager.default.temporaryDirectory.appendingPathComponent("ledger-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    database = try PlaneDatabase.open(
      path: "\(directory)/state.sqlite", applicationID: 1, migrations: Self.migrations)
    database.endEveryTransaction { [ledger] in try ledger.seal(in: $0) }
  }

  static let migrations = [
    Migration(1, "evidence", sql: SQLiteEvidenceLedger.migrationSQL),
    Migration(2, "tree", apply: SQLiteEvidenceLedger.addTree),
  ]

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  @discardableResult
  func record(
    _ event: EvidenceEvent, _ data: JSONObject = [:], attestation: Digest? = nil, at time: Timestamp = start
  ) async throws -> EvidenceID {
    try await database.commit { [ledger] database in
      try ledger.record(event: event, data: data, attestation: attestation, time: time, in: database)
    }
  }

  var texts: [String] {
    get throws {
      let ledger = ledger
      return try database.readNow { try ledger.entries(from: 0, limit: 1000, in: $0) }.map {
        String(decoding: $0.bytes, as: UTF8.self)
      }
    }
  }
}

/// 2026-11-22T23:07:00Z, the first moment of a minute.
let start = Timestamp(microseconds: 1_795_388_820_000_000)
