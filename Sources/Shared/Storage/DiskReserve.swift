import Glibc
import Synchronization

/// Disk space that is kept for revocations: a file of zeros beside the database. When a revocation meets a full disk, a piece of it
/// is given back to the file system, and when there is room it is made whole again (DESIGN section 5).
///
/// While a piece is missing, only revocations are written; whatever else comes would take the space that they need. It is given
/// back in pieces, so that whoever filled the disk does not get hold of all of it at once.
final class DiskReserve: Sendable {
  /// More than almost every revocation needs; one that needs more gets the next piece too.
  static let piece: Int64 = 1 << 20

  let path: String
  let byteCount: Int64
  private let whole: Mutex<Bool>

  /// Looks at what an earlier process left at `path`; makes nothing yet. With a `byteCount` of 0 there is no reserve, and it counts
  /// as whole.
  init(path: String, byteCount: Int64) {
    self.path = path
    self.byteCount = byteCount
    whole = Mutex(byteCount == 0 || Self.allocated(path) >= byteCount)
  }

  var isWhole: Bool { whole.withLock { $0 } }

  /// Makes whole what is missing. False when there is no room for it.
  func replenish() -> Bool {
    whole.withLock { whole in
      if !whole { whole = allocate() }
      return whole
    }
  }

  /// Gives a piece of the space back. False when there was none to give.
  func release() -> Bool {
    guard byteCount > 0 else { return false }
    return whole.withLock { whole in
      let held = Self.allocated(path)
      guard held > 0 else { return false }
      whole = false
      return unsafe truncate(path, off_t(max(0, held - Self.piece))) == 0
    }
  }

  /// Runs `body`, and again for as long as it meets a full disk and there is space to give back.
  func lending<Value>(_ body: () throws -> Value) throws -> Value {
    while true {
      do { return try body() } catch {
        guard StorageError.isDiskFull(error), release() else { throw error }
      }
    }
  }

  private func allocate() -> Bool {
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK, 0o600)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return posix_fallocate(descriptor, 0, off_t(byteCount)) == 0
  }

  /// Blocks that the file really has: one with holes keeps no space.
  private static func allocated(_ path: String) -> Int64 {
    var status = stat()
    guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return 0 }
    return min(Int64(status.st_size), Int64(status.st_blocks) * 512)
  }
}
