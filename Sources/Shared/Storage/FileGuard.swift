import Glibc

/// Judges who else could change a file or directory. What others can write decides nothing here.
package enum FileGuard {
  /// A directory of ours: a real directory, owned by this user, that no group or other may write.
  package static func checkPrivateDirectory(_ path: String) throws(StorageError) {
    let status = try status(of: path)
    guard status.st_mode & S_IFMT == S_IFDIR else { throw .unusable("\(path) is not a directory") }
    guard status.st_uid == geteuid() else {
      throw .unusable(
        "directory \(path) belongs to user \(status.st_uid), not to user \(geteuid()) that runs this program")
    }
    try checkNotWritableByOthers(status, path)
  }

  /// A file or directory that we only read (configuration, trust roots): owned by us or by root, not writable by others.
  package static func checkTrusted(_ path: String) throws(StorageError) {
    try checkTrusted(try status(of: path), path)
  }

  /// The same for something already open, so that nothing can be exchanged between the check and the reading.
  package static func checkTrusted(descriptor: Int32, path: String) throws(StorageError) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw .unusable("\(path): \(SystemError.current)") }
    try checkTrusted(status, path)
  }

  /// Creates a file of mode 0600 when it is absent; refuses one that is not a regular file of ours that we alone can open.
  static func createPrivateFile(_ path: String) throws(StorageError) {
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK, 0o600)
    guard descriptor >= 0 else {
      if errno == ENOSPC { throw .diskFull }
      if errno == EROFS { throw .readOnly }
      throw .unusable("database \(path): \(SystemError.current)")
    }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid() else {
      throw .unusable("database \(path) is not a regular file of user \(geteuid())")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw .unusable("database \(path) can be opened by others; run: chmod 600 \(path)")
    }
  }

  private static func checkTrusted(_ status: stat, _ path: String) throws(StorageError) {
    guard status.st_uid == geteuid() || status.st_uid == 0 else {
      throw .unusable("\(path) belongs to user \(status.st_uid); it must belong to root or to user \(geteuid())")
    }
    try checkNotWritableByOthers(status, path)
  }

  private static func checkNotWritableByOthers(_ status: stat, _ path: String) throws(StorageError) {
    guard status.st_mode & 0o022 == 0 else {
      throw .unusable("\(path) can be written by its group or by others; run: chmod go-w \(path)")
    }
  }

  private static func status(of path: String) throws(StorageError) -> stat {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { throw .unusable("\(path): \(SystemError.current)") }
    return status
  }
}
