import Glibc
import Synchronization
import Transport

/// The path of the Unix socket that the bridge answers on.
///
/// The HTTP library removes whatever socket has the name that it binds, before and after, and does not ask whose it is. So it binds a name
/// that is this process's own, beside the path; the path becomes another name of the same socket, given and taken back here.
final class ListenPath: Sendable {
  let path: String
  /// For the library.
  let boundPath: String
  private let folder: String
  private let file = Mutex<SocketFile?>(nil)

  init(_ path: String) {
    self.path = path
    folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    boundPath = "\(folder)/.bridge-\(getpid())"
  }

  /// Makes sure that the path can be taken; a socket that a dead bridge of this user left there is removed.
  ///
  /// - Throws: `TransportError` with what is in the way.
  func makeRoom() throws(TransportError) {
    for name in [path, boundPath] where name.utf8.count > TransportError.maxPathBytes {
      throw .pathTooLong(path: name)
    }
    guard unsafe access(folder, W_OK | X_OK) == 0 else {
      throw .system("\(folder) must be there and this user's to write", path: path)
    }
    try SocketFile.removeStale(path, of: geteuid())
  }

  /// Gives the socket that listens at `boundPath` its name. What has come there meanwhile is left alone.
  ///
  /// - Throws: `TransportError`.
  func take() throws(TransportError) {
    guard unsafe link(boundPath, path) == 0 else {
      if errno == EEXIST { throw .alreadyServed(path: path) }
      throw .system("name the socket", path: path)
    }
    let taken = try SocketFile(at: path)
    unsafe unlink(boundPath)
    file.withLock { $0 = taken }
  }

  /// Removes the path, if it is still this bridge's.
  func leave() { file.withLock { $0?.remove() } }
}
