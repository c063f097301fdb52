import CLinux
import Glibc

/// What a server listens on.
package enum ListenTarget: Sendable {
  /// A path that the server makes, with these permission bits and, if given, this group.
  case path(String, mode: UInt16 = 0o660, group: UInt32? = nil)
  /// A listening Unix stream socket that somebody else made (systemd). Its file is theirs to remove.
  case descriptor(CInt)
}

/// A Unix stream socket that listens, and the file that goes when the server goes.
struct UnixListener: Sendable {
  let descriptor: CInt
  private let file: SocketFile?

  /// Throws `TransportError`. The directory must exist, and its owner alone may write in it: between two processes that
  /// start on one path at the same moment the file system does not decide.
  static func open(_ target: ListenTarget, backlog: Int32) throws(TransportError) -> UnixListener {
    switch target {
    case .path(let path, let mode, let group):
      return try make(path, mode: mode, group: group, backlog: backlog)
    case .descriptor(let descriptor):
      guard clinux_is_listening_unix(descriptor) == 1 else { throw .notAListeningSocket(descriptor: descriptor) }
      return UnixListener(descriptor: descriptor, file: nil)
    }
  }

  /// Sets how many connections the kernel keeps until they are accepted.
  func listen(backlog: Int32) throws(TransportError) {
    guard Glibc.listen(descriptor, backlog) == 0 else {
      throw .system("listen", path: file?.path ?? "descriptor \(descriptor)")
    }
  }

  /// Removes the socket's file, if this listener made it and it is still the same file.
  func removeFile() {
    file?.remove()
  }

  private static func make(
    _ path: String, mode: UInt16, group: UInt32?, backlog: Int32
  ) throws(TransportError) -> UnixListener {
    guard path.utf8.count <= TransportError.maxPathBytes else { throw .pathTooLong(path: path) }
    try SocketFile.removeStale(path)
    let descriptor = unsafe clinux_bind_unix(path)
    guard descriptor >= 0 else { throw .system("bind", path: path) }
    do {
      try setPermissions(path, mode: mode, group: group)
      let listener = UnixListener(descriptor: descriptor, file: try SocketFile(at: path))
      // Until listen(2) every connect(2) is refused: nobody comes in before group and mode are settled.
      try listener.listen(backlog: backlog)
      return listener
    } catch {
      close(descriptor)
      unsafe unlink(path)
      throw error
    }
  }

  private static func setPermissions(_ path: String, mode: UInt16, group: UInt32?) throws(TransportError) {
    if let group {
      guard unsafe lchown(path, uid_t.max, group) == 0 else {
        throw .system("give the socket to group \(group)", path: path)
      }
    }
    guard unsafe chmod(path, mode_t(mode)) == 0 else { throw .system("set the socket's mode", path: path) }
  }
}
