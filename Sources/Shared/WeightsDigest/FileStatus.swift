import Glibc

/// What a name in a directory stands for.
package enum FileType: String, Equatable, Sendable {
  case regular = "a file"
  case directory = "a directory"
  case symbolicLink = "a symbolic link"
  case pipe = "a pipe (FIFO)"
  case socket = "a socket"
  case device = "a device"
}

/// The facts of a file by which a change shows: two equal values, taken before and after reading, mean that the kernel
/// recorded no write, truncation or replacement in between.
package struct FileStatus: Equatable, Sendable {
  package let type: FileType
  package let identity: FileIdentity
  /// In bytes.
  package let size: Int64
  private let modified: FileTime
  private let changed: FileTime

  init(_ status: stat) {
    type = FileType(mode: status.st_mode)
    identity = FileIdentity(device: status.st_dev, inode: status.st_ino)
    size = Int64(status.st_size)
    modified = FileTime(status.st_mtim)
    changed = FileTime(status.st_ctim)
  }
}

/// Which file it is, whatever name led to it.
package struct FileIdentity: Hashable, Sendable {
  let device: dev_t
  let inode: ino_t
}

private struct FileTime: Equatable, Sendable {
  let seconds: Int
  let nanoseconds: Int

  init(_ time: timespec) {
    seconds = time.tv_sec
    nanoseconds = time.tv_nsec
  }
}

extension FileType {
  fileprivate init(mode: mode_t) {
    self =
      switch mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .directory
      case S_IFLNK: .symbolicLink
      case S_IFIFO: .pipe
      case S_IFSOCK: .socket
      default: .device
      }
  }
}
