import Foundation
import GRDB
import TestSupport
import Testing

@testable import Storage

/// The space that is kept for revocations. What a real full disk does is shown with processes, in EndToEndTests.
@Suite struct DiskReserveTests {
  private let directory: ScratchDirectory
  private let size: Int64 = 3 << 20

  init() throws { directory = try ScratchDirectory() }

  private var path: String { ScratchDatabase.path(in: directory.path) + ".reserve" }

  private func open() throws -> PlaneDatabase {
    try PlaneDatabase.open(
      path: ScratchDatabase.path(in: directory.path), applicationID: ScratchDatabase.applicationID,
      migrations: ScratchDatabase.everything, reserve: size)
  }

  private func allocated() throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    return try #require(attributes[.size] as? Int)
  }

  private func notes(_ database: PlaneDatabase) throws -> [String] {
    try database.readNow { try String.fetchAll($0, sql: "SELECT text FROM note ORDER BY text") }
  }

  /// SQLite's own limit on the pages of a file: no room, whatever the file system has.
  private func limitPages(_ database: PlaneDatabase, to count: Int) async throws {
    try await database.commit { try $0.execute(sql: "PRAGMA max_page_count = \(count)") }
  }

  private func large(_ name: String) -> String { name + String(repeating: "x", count: 100_000) }

  @Test func itIsMadeAtOpeningAndStaysWhenItIsWhole() throws {
    let database = try open()
    #expect(try allocated() == Int(size) && !database.isDiskFull)
    try database.close()
    #expect(try !open().isDiskFull)
  }

  @Test func aFileWithHolesKeepsNoSpaceAndIsFilled() throws {
    try Data().write(to: URL(filePath: path))
    truncate(path, Int(size))
    chmod(path, 0o600)
    _ = try open()
    let status = try URL(filePath: path).resourceValues(forKeys: [.totalFileAllocatedSizeKey])
    #expect(try #require(status.totalFileAllocatedSize) >= Int(size))
  }

  @Test func withoutItOnlyWhatMayUseItIsWritten() async throws {
    // Something in its place, so that it cannot be made.
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    let database = try open()
    #expect(database.isDiskFull)
    await #expect(throws: StorageError.diskFull) { try await database.commit { try $0.addNote("ordinary") } }
    try await database.commit(mayUseReserve: true) { try $0.addNote("revocation") }
    #expect(try notes(database) == ["revocation"])
    try FileManager.default.removeItem(atPath: path)
    try await database.commit { try $0.addNote("ordinary") }
    #expect(try notes(database) == ["ordinary", "revocation"] && !database.isDiskFull)
  }

  @Test func itIsGivenBackPieceByPieceUntilThereIsNoneAndMadeAgain() async throws {
    let database = try open()
    try await limitPages(database, to: 1)
    let text = large("revocation")
    await #expect(throws: StorageError.diskFull) {
      try await database.commit(mayUseReserve: true) { try $0.addNote(text) }
    }
    #expect(try allocated() == 0 && notes(database).isEmpty && database.isDiskFull)
    try await limitPages(database, to: 1_000_000)
    try await database.commit(mayUseReserve: true) { try $0.addNote(text) }
    #expect(try allocated() == Int(size) && notes(database) == [text] && !database.isDiskFull)
  }

  @Test func whoMayNotUseItGetsNothingOfIt() async throws {
    let database = try open()
    try await limitPages(database, to: 1)
    let text = large("ordinary")
    await #expect(throws: StorageError.diskFull) { try await database.commit { try $0.addNote(text) } }
    #expect(try allocated() == Int(size), "nothing was given back")
    #expect(database.isDiskFull)
  }

  @Test func aRevocationThatSharesATransactionWithAFullDiskIsWrittenAlone() async throws {
    let database = try open()
    let gate = Gate()
    let text = large("ordinary")
    // The limit leaves room for a note of some bytes, not for a large one; together neither can be written.
    let pages = try await database.read { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
    try await limitPages(database, to: pages)
    let results = try await withThrowingTaskGroup(of: Result<Void, any Error>.self) { tasks in
      tasks.addTask { await caught { try await database.commit { _ in gate.wait() } } }
      try await pollUntil { gate.isEntered }
      tasks.addTask { await caught { try await database.commit { try $0.addNote(text) } } }
      try await pollUntil { database.waitingCommits == 1 }
      tasks.addTask { await caught { try await database.commit(mayUseReserve: true) { try $0.addNote("revocation") } } }
      try await pollUntil { database.waitingCommits == 2 }
      gate.open()
      return try await tasks.reduce(into: []) { $0.append($1) }
    }
    #expect(results.filter { if case .failure = $0 { true } else { false } }.count == 1)
    #expect(try notes(database) == ["revocation"])
  }
}

private func caught(_ body: () async throws -> Void) async -> Result<Void, any Error> {
  do { return .success(try await body()) } catch { return .failure(error) }
}
