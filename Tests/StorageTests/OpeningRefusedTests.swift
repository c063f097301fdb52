import Foundation
import GRDB
import Storage
import Testing

/// What must not be opened is refused with a reason, and left as it was.
@Suite struct OpeningRefusedTests {
  private func refusal(_ directory: ScratchDirectory, _ migrations: [Migration] = ScratchDatabase.everything) -> String
  {
    do {
      _ = try ScratchDatabase.open(directory.path, migrations)
      return "opened"
    } catch {
      return "\(error)"
    }
  }

  private func create(in directory: ScratchDirectory, _ migrations: [Migration]) throws {
    try ScratchDatabase.open(directory.path, migrations).close()
  }

  @Test func databaseOfANewerProgramIsRefused() throws {
    let directory = try ScratchDirectory()
    try create(in: directory, ScratchDatabase.everything)
    #expect(refusal(directory, [ScratchDatabase.notes]).contains("newer version"))
  }

  @Test func anOlderDatabaseIsBroughtUpToDate() throws {
    let directory = try ScratchDirectory()
    try create(in: directory, [ScratchDatabase.notes])
    let database = try ScratchDatabase.open(directory.path)
    #expect(try database.readNow { try Outbox().pendingCount(in: $0) } == 0)
  }

  @Test func aMigrationThatFailsLeavesNothingBehind() throws {
    let directory = try ScratchDirectory()
    let broken = Migration(2, "broken", sql: "CREATE TABLE half (x INTEGER) STRICT; INSERT INTO nowhere VALUES (1)")
    #expect(refusal(directory, [ScratchDatabase.notes, broken]).contains("nowhere"))
    let database = try ScratchDatabase.open(directory.path, [ScratchDatabase.notes])
    #expect(try database.readNow { try $0.tableExists("half") } == false)
  }

  @Test func anotherPlanesDatabaseIsRefused() throws {
    let directory = try ScratchDirectory()
    let path = ScratchDatabase.path(in: directory.path)
    try PlaneDatabase.open(path: path, applicationID: 7, migrations: [ScratchDatabase.notes]).close()
    #expect(refusal(directory).contains("another program or plane"))
  }

  @Test func aForeignDatabaseWithoutApplicationIDIsRefusedAndUnchanged() throws {
    let directory = try ScratchDirectory()
    let path = ScratchDatabase.path(in: directory.path)
    try DatabaseQueue(path: path).write { try $0.execute(sql: "CREATE TABLE theirs (x)") }
    chmod(path, 0o600)
    let before = try Data(contentsOf: URL(filePath: path))
    #expect(refusal(directory).contains("another program or plane"))
    #expect(try Data(contentsOf: URL(filePath: path)) == before)
  }

  @Test func aFileThatIsNoDatabaseIsCalledDamagedAndUnchanged() throws {
    let directory = try ScratchDirectory()
    let path = ScratchDatabase.path(in: directory.path)
    let garbage = Data(repeating: 0x41, count: 8192)
    try garbage.write(to: URL(filePath: path))
    chmod(path, 0o600)
    #expect(refusal(directory).contains("damaged"))
    #expect(try Data(contentsOf: URL(filePath: path)) == garbage)
  }

  @Test func aDamagedPageIsFoundAtOpening() async throws {
    let directory = try ScratchDirectory()
    let path = ScratchDatabase.path(in: directory.path)
    try await fillAndClose(directory)
    let file = try FileHandle(forUpdating: URL(filePath: path))
    try file.seek(toOffset: 10 * 4096)
    try file.write(contentsOf: Data(repeating: 0xff, count: 4 * 4096))
    try file.close()
    #expect(refusal(directory).contains("damaged"))
  }

  private func fillAndClose(_ directory: ScratchDirectory) async throws {
    let database = try ScratchDatabase.open(directory.path, [ScratchDatabase.notes])
    try await database.commit { database in
      for number in 0..<2000 { try database.addNote("note number \(number)") }
    }
    try database.close()
  }

  @Test(arguments: [0o770, 0o707, 0o777]) func aDirectoryThatOthersCanWriteIsRefused(_ mode: Int) throws {
    let directory = try ScratchDirectory()
    chmod(directory.path, mode_t(mode))
    #expect(refusal(directory).contains("chmod go-w"))
  }

  @Test func aDatabaseThatOthersCanReadIsRefused() throws {
    let directory = try ScratchDirectory()
    try create(in: directory, ScratchDatabase.everything)
    chmod(ScratchDatabase.path(in: directory.path), 0o640)
    #expect(refusal(directory).contains("chmod 600"))
  }

  @Test func aSymlinkInPlaceOfTheDatabaseIsRefused() throws {
    let directory = try ScratchDirectory()
    let target = "\(directory.path)/elsewhere"
    try Data().write(to: URL(filePath: target))
    symlink(target, ScratchDatabase.path(in: directory.path))
    #expect(refusal(directory).contains("state.sqlite"))
    #expect(try Data(contentsOf: URL(filePath: target)).isEmpty)
  }

  @Test func migrationsWithAGapAreRefused() throws {
    let directory = try ScratchDirectory()
    #expect(refusal(directory, [Migration(2, "second", sql: "")]).contains("without a gap"))
  }
}
