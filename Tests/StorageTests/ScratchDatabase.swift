import Foundation
import GRDB
import Storage
import Synchronization
import Testing

/// A directory of this test alone, removed when the test ends.
final class ScratchDirectory: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("storage-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    chmod(path, 0o700)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A plane's database in a scratch directory, with a small table of notes.
struct ScratchDatabase {
  static let applicationID: Int32 = 0x4e41_4e01
  static let notes = Migration(1, "notes", sql: "CREATE TABLE note (text TEXT PRIMARY KEY) STRICT")
  static let everything = [
    notes,
    Migration(2, "outbox", sql: Outbox.migrationSQL),
    Migration(3, "replay", sql: ClockHighWater.migrationSQL + ReplayGuard.migrationSQL),
  ]

  let directory: ScratchDirectory
  let database: PlaneDatabase

  init(_ migrations: [Migration] = everything) throws {
    directory = try ScratchDirectory()
    database = try Self.open(directory.path, migrations)
  }

  static func path(in directory: String) -> String { "\(directory)/state.sqlite" }

  static func open(_ directory: String, _ migrations: [Migration] = everything) throws -> PlaneDatabase {
    try PlaneDatabase.open(path: path(in: directory), applicationID: applicationID, migrations: migrations)
  }

  var noteCount: Int {
    get throws { try database.readNow { try Int.fetchOne($0, sql: "SELECT count(*) FROM note") ?? -1 } }
  }
}

extension Database {
  func addNote(_ text: String) throws { try execute(sql: "INSERT INTO note VALUES (?)", arguments: [text]) }
}

/// Holds the writer until it is opened, so that a test decides which callers share a transaction.
final class Gate: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)
  private let entered = Mutex(false)

  var isEntered: Bool { entered.withLock { $0 } }
  func open() { semaphore.signal() }

  func wait() {
    entered.withLock { $0 = true }
    semaphore.wait()
  }
}

/// Numbers in the order in which tasks added them.
final class Tally: Sendable {
  private let numbers = Mutex<[Int]>([])

  var values: [Int] { numbers.withLock { $0 } }
  func add(_ number: Int) { numbers.withLock { $0.append(number) } }
}
