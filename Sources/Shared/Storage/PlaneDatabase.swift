import GRDB

/// A plane's one SQLite file: WAL, `synchronous=FULL`, foreign keys, defensive mode, one process at a time.
///
/// State is changed only through `commit`, in a transaction that is durable before it returns. Envelope bytes are the
/// truth and columns an index (DESIGN section 6); every table is `STRICT` and has a bound or a retention.
package final class PlaneDatabase: Sendable {
  package let path: String
  private let lock: LockFile
  private let pool: DatabasePool
  /// One connection reserved for small synchronous look-ups: four times cheaper than the pool's `await`.
  private let lookups: DatabaseQueue
  private let reserve: DiskReserve
  private let group: GroupCommit

  /// Opens or creates the database of one plane.
  ///
  /// Takes the file's path, in a directory that only this user can write; the `application_id` that marks the plane's
  /// files; the whole list of migrations, of which those missing are run; and how many bytes of disk to keep for commits that may
  /// use the reserve. The file has mode 0600.
  ///
  /// Throws `StorageError`: `unusable` for another plane's file, a newer program's, a home in use or permissions that let
  /// others in; `corrupt` when the file is damaged. A file that is refused is not changed.
  package static func open(
    path: String, applicationID: Int32, migrations: [Migration], reserve: Int64 = 0
  ) throws -> PlaneDatabase {
    try FileGuard.checkPrivateDirectory(directory(of: path))
    let lock = try LockFile(path: path + ".lock")
    try FileGuard.createPrivateFile(path)
    do {
      let reserve = DiskReserve(path: path + ".reserve", byteCount: reserve)
      return try PlaneDatabase(
        path: path, lock: lock, applicationID: applicationID, migrations: migrations, reserve: reserve)
    } catch {
      throw StorageError.translating(error)
    }
  }

  private init(
    path: String, lock: consuming LockFile, applicationID: Int32, migrations: [Migration], reserve: DiskReserve
  ) throws {
    self.path = path
    self.lock = lock
    self.reserve = reserve
    let configuration = Connection.configuration(path: path, applicationID: applicationID)
    // On a full disk too: a plane that did not start would take no revocations.
    pool = try reserve.lending {
      let pool = try DatabasePool(path: path, configuration: configuration)
      try pool.writeWithoutTransaction { try Connection.makeDurable($0, applicationID: applicationID) }
      try pool.read { try Connection.checkIntegrity($0) }
      try Migration.run(migrations, on: pool, path: path)
      return pool
    }
    var readonly = configuration
    readonly.readonly = true
    lookups = try DatabaseQueue(path: path, configuration: readonly)
    group = GroupCommit(writer: pool, reserve: reserve)
    _ = reserve.replenish()
  }

  /// Changes state: runs `body` in a transaction and returns its value once that is durable. A `body` that throws has
  /// changed nothing, and its error is thrown here. Concurrent callers share one transaction without seeing each other's
  /// failures; they run in the order in which they came.
  ///
  /// With `mayUseReserve` a full disk is met with the space that was kept for it, and `body` may run twice, the first time taken
  /// back; it is for revocations and what follows from them.
  ///
  /// Throws `StorageError.overloaded` when more than 1,024 callers wait, and `diskFull`, also while the reserve is spent.
  /// Cancelling the caller's task does not undo it.
  package func commit<Value: Sendable>(
    mayUseReserve: Bool = false, _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    try await group.commit(mayUseReserve: mayUseReserve, body)
  }

  /// From now on every transaction ends with `step`, which sees what all callers that share it have changed. When it throws, none of
  /// them has changed anything, and its error is thrown to each.
  package func endEveryTransaction(with step: @escaping @Sendable (Database) throws -> Void) {
    group.endEveryTransaction(with: step)
  }

  /// Whether the last commit found no room, or the disk has none for the reserve: then only commits that may use it are written.
  package var isDiskFull: Bool { group.isDiskFull }

  /// How many callers of `commit` wait for a transaction.
  package var waitingCommits: Int { group.waitingCount }

  /// Reads one consistent snapshot of what is committed.
  package func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    do { return try await pool.read(body) } catch { throw StorageError.translating(error) }
  }

  /// Reads one consistent snapshot without suspending, for look-ups of a few rows. Must not be nested.
  package func readNow<Value>(_ body: (Database) throws -> Value) throws -> Value {
    do { return try lookups.read(body) } catch { throw StorageError.translating(error) }
  }

  /// Closes the file and lets another process have the home; later calls throw. Accepted changes are finished first.
  package func close() throws {
    do {
      try lookups.close()
      // Leaves one complete file. When it fails nothing is lost: the write-ahead log stays and is read at the next opening.
      _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
      try pool.close()
      lock.release()
    } catch {
      throw StorageError.translating(error)
    }
  }

  private static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
