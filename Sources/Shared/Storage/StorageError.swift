import GRDB

/// Why the database could not do what was asked. Whatever the case, nothing of the failed work is in the file.
package enum StorageError: Error, Equatable, CustomStringConvertible {
  /// A bound was reached: which one. The caller may try again later.
  case overloaded(String)
  case diskFull
  case readOnly
  /// SQLite found damage. The file is left as it is: restore it from a backup. A write-ahead log that another database has left beside
  /// the file looks the same: nothing in the two says whether they belong together.
  case corrupt(String)
  /// The file, its directory or its lock refuses to be opened by this program: which, why, and what to do.
  case unusable(String)
  case other(String)

  package var description: String {
    switch self {
    case .overloaded(let what): "overloaded: \(what)"
    case .diskFull: "the disk that holds the database is full; nothing was written; free some space and try again"
    case .readOnly:
      "the database cannot be written; check its mode, its owner and whether its file system is mounted read-only"
    case .corrupt(let problem): "the database is damaged (\(problem)); nothing was repaired; \(Self.wayOut)"
    case .unusable(let problem): problem
    case .other(let problem): "the database failed: \(problem)"
    }
  }

  /// For whoever has to put a backup back. The order matters: a start with the old write-ahead log writes it into the backup.
  package static let wayOut =
    "restore it from a backup: move the database away with its -wal and -shm, then put the backup in its place"

  /// Translates what GRDB throws. Errors that are not the database's pass unchanged.
  static func translating(_ error: any Error) -> any Error {
    guard let error = error as? DatabaseError else { return error }
    return StorageError(error)
  }

  /// Before or after `translating`.
  static func isDiskFull(_ error: any Error) -> Bool { translating(error) as? StorageError == .diskFull }

  private init(_ error: DatabaseError) {
    switch error.extendedResultCode {
    case .SQLITE_IOERR_SHMSIZE:  // The shared-memory index could not grow: the same full disk.
      self = .diskFull
      return
    default: break
    }
    switch error.resultCode {
    case .SQLITE_FULL: self = .diskFull
    case .SQLITE_READONLY, .SQLITE_PERM: self = .readOnly
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .corrupt(error.message ?? "no details")
    // The statement is named by its SQL; its arguments may be anybody's data and stay out of logs.
    default: self = .other("\(error.message ?? "no details") (SQLite code \(error.extendedResultCode.rawValue))")
    }
  }
}
