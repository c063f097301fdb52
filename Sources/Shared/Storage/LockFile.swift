import Glibc

/// An exclusive claim on one home: while it lives, a second daemon that opens the same database is refused. The kernel
/// releases it when the process ends, however that happens, so a stale lock cannot exist.
struct LockFile: ~Copyable, Sendable {
  private let descriptor: Int32

  /// Takes the lock file's path, which need not exist; throws `StorageError.unusable` when another process holds it.
  init(path: String) throws(StorageError) {
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0o600)
    guard descriptor >= 0 else { throw .unusable("lock file \(path): \(SystemError.current)") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let problem = errno == EWOULDBLOCK ? "another process is using this home; stop it first" : SystemError.current
      close(descriptor)
      throw .unusable("lock file \(path): \(problem)")
    }
    self.descriptor = descriptor
  }

  /// Lets go before the end of its life.
  func release() { flock(descriptor, LOCK_UN) }

  deinit { close(descriptor) }
}

/// The text of `errno`.
package enum SystemError {
  package static var current: String { unsafe String(cString: strerror(errno)) }
}
