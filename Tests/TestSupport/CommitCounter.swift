import Attestations
import Glibc

/// Counts the commits of a running plane from outside, without touching its database: SQLite counts them at a fixed place of the
/// write-ahead log's index (its file format, section 2.2), right after the log is on disk and before anybody is answered.
package final class CommitCounter: Sendable {
  private static let offset: off_t = 8

  private let descriptor: CInt
  private let start: UInt32

  package init(of plane: Role, in home: PlanesHome) throws {
    let path = home.database(of: plane) + "-shm"
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0, let start = Self.read(descriptor) else { throw ProcessFailure("\(path) cannot be read") }
    self.start = start
  }

  deinit { close(descriptor) }

  /// How many commits there were since this began to count.
  package var commits: Int { Self.read(descriptor).map { Int($0 &- start) } ?? 0 }

  private static func read(_ descriptor: CInt) -> UInt32? {
    var counter: UInt32 = 0
    return pread(descriptor, &counter, 4, offset) == 4 ? counter : nil
  }
}
