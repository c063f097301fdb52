import CLinux
import Glibc

/// The file of a socket, known by its inode, so that a successor's file on the same path is left alone.
package struct SocketFile: Sendable {
  let path: String
  private let device: dev_t
  private let inode: ino_t

  /// - Throws: `TransportError` where there is none.
  package init(at path: String) throws(TransportError) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { throw .system("look at the new socket", path: path) }
    self.path = path
    device = status.st_dev
    inode = status.st_ino
  }

  /// Removes it, if it is still the same file.
  package func remove() {
    var status = stat()
    guard unsafe lstat(path, &status) == 0, status.st_dev == device, status.st_ino == inode else { return }
    unsafe unlink(path)
  }

  /// A socket that a dead process left behind is removed. Anything else in its place stays, and is an error.
  ///
  /// - Parameter owner: whose socket it must be; nil for anybody's.
  /// - Throws: `TransportError`: `notASocket`, `foreignSocket`, `alreadyServed`, or what the system said.
  package static func removeStale(_ path: String, of owner: UInt32? = nil) throws(TransportError) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else {
      guard errno == ENOENT else { throw .system("look at the path", path: path) }
      return
    }
    guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
    guard unsafe clinux_probe_unix(path) != 0 else { throw .alreadyServed(path: path) }
    guard errno == ECONNREFUSED else { throw .system("find out who serves it", path: path) }
    guard owner ?? status.st_uid == status.st_uid else { throw .foreignSocket(path: path, owner: status.st_uid) }
    guard unsafe unlink(path) == 0 else { throw .system("remove the stale socket", path: path) }
  }
}
