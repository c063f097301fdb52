import Attestations
import Foundation
import GRDB
import Ledger
import MerkleLog
import PlaneContract
import Signing

/// What a plane that has ended left on disk, read from a copy with its write-ahead log: recovering it is left to the plane.
package struct DatabaseCopy: Sendable {
  private let folder: TemporaryTree
  private let database: DatabaseQueue

  package init(of plane: Role, in home: PlanesHome) throws {
    folder = try TemporaryTree()
    try Self.copy(home.database(of: plane), to: folder / "state.sqlite")
    database = try DatabaseQueue(path: folder / "state.sqlite")
  }

  /// Copies a database that nobody has open, with its write-ahead log where there is one.
  package static func copy(_ path: String, to target: String) throws {
    for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: path + suffix) {
      try FileManager.default.copyItem(atPath: path + suffix, toPath: target + suffix)
    }
  }

  package func count(_ sql: String, _ arguments: String...) throws -> Int {
    try database.read { try Int.fetchOne($0, sql: sql, arguments: StatementArguments(arguments)) } ?? 0
  }

  /// The first column of every row.
  package func texts(_ sql: String, _ arguments: String...) throws -> [String] {
    try database.read { try String.fetchAll($0, sql: sql, arguments: StatementArguments(arguments)) }
  }

  /// Walks over the whole log as its plane does after a start; how many entries it has. Throws when it is not the one that was signed.
  package func auditedEntries(of plane: Role, under root: VerifiedTrustRoot) throws -> Int {
    let ledger = SQLiteEvidenceLedger(
      origin: EvidenceOrigin(rootDigest: root.originDigest, plane: plane.planeName), signer: try SecretKey.generate(),
      keysEver: { root.keysEver(of: plane) })
    return try database.read { database in
      var audit = try ledger.audit(.all, in: database)
      while !audit.isFinished { try audit.step(in: database) }
      return audit.size
    }
  }

  /// The first column of the first row.
  package func bytes(_ sql: String, _ arguments: String...) throws -> [UInt8]? {
    try database.read { try Data.fetchOne($0, sql: sql, arguments: StatementArguments(arguments)) }.map { [UInt8]($0) }
  }
}
