import Glibc

/// Whether this user may open a plane's socket, by the kernel's word; it says nothing of whether anybody listens there.
enum SocketAccess {
  static func isForbidden(_ path: String) -> Bool { unsafe access(path, R_OK | W_OK) != 0 && errno == EACCES }

  /// Whose members may open it, as far as this user may see that.
  static func audience(_ path: String) -> String? {
    var status = stat()
    guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return nil }
    return Accounts.groupName(status.st_gid)
  }

  static func joinHint(_ path: String) -> String {
    let group = audience(path).map { "the group \($0)" } ?? "the users whose it is"
    return "this user may not open it: ask for \(group), and log in again"
  }
}
