import Foundation
import GRDB
import Storage
import Testing

/// A plane that was killed leaves a write-ahead log beside its database, and nothing in a backup that is put in the database's place says
/// that it is not its own.
@Suite struct LeftOverWriteAheadLogTests {
  private static let backedUp = 200

  private let directory: ScratchDirectory
  private var path: String { ScratchDatabase.path(in: directory.path) }
  private var backup: String { "\(directory.path)/backup.sqlite" }

  /// A backup, and the database that was killed some thousand notes later, with its write-ahead log.
  init() async throws {
    let scratch = try ScratchDatabase()
    directory = scratch.directory
    try await Self.add(0..<Self.backedUp, to: scratch.database)
    try scratch.database.close()
    let (path, killed) = (ScratchDatabase.path(in: directory.path), "\(directory.path)/killed.sqlite")
    try FileManager.default.copyItem(atPath: path, toPath: "\(directory.path)/backup.sqlite")
    let database = try ScratchDatabase.open(directory.path)
    for hundred in 2..<40 { try await Self.add(hundred * 100..<hundred * 100 + 100, to: database) }
    for suffix in ["", "-wal"] { try FileManager.default.copyItem(atPath: path + suffix, toPath: killed + suffix) }
    try database.close()
    for suffix in ["", "-wal"] {
      try? FileManager.default.removeItem(atPath: path + suffix)
      try FileManager.default.moveItem(atPath: killed + suffix, toPath: path + suffix)
    }
  }

  private static func add(_ numbers: Range<Int>, to database: PlaneDatabase) async throws {
    try await database.commit { database in
      for number in numbers { try database.addNote("\(number) " + String(repeating: "note ", count: 40)) }
    }
  }

  private func noteCount() throws -> Int {
    let database = try ScratchDatabase.open(directory.path)
    let count = try database.readNow { try Int.fetchOne($0, sql: "SELECT count(text) FROM note") ?? 0 }
    try database.close()
    return count
  }

  private func putBack() throws {
    try? FileManager.default.removeItem(atPath: path)
    try FileManager.default.copyItem(atPath: backup, toPath: path)
  }

  @Test func aBackupBesideTheOldWriteAheadLogIsNotTheBackup() throws {
    try putBack()
    do { #expect(try noteCount() != Self.backedUp, "the old write-ahead log is taken for the backup's own") } catch {
      #expect("\(error)".contains("move the database away with its -wal and -shm, then put the backup in its place"))
    }
  }

  @Test func aBackupPutBackAsTheMessageSaysIsTheBackup() throws {
    for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    try putBack()
    #expect(try noteCount() == Self.backedUp)
  }
}
