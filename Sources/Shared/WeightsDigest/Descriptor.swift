import CLinux
import Glibc

/// An open file or directory. It is closed when the last reference to it goes; `path` serves messages only, since the
/// name may meanwhile lead elsewhere.
package final class Descriptor: Sendable {
  package let number: Int32
  package let path: String

  init(number: Int32, path: String) {
    self.number = number
    self.path = path
  }

  deinit { close(number) }

  /// Opens a directory by a path of which every link is followed: for paths from a configuration or a person at a shell.
  package static func directory(following path: String) throws -> Descriptor {
    try directory(following: path, flags: O_RDONLY)
  }

  /// The same for a directory that others are only opened from: it need not be readable, and cannot be listed or synced.
  package static func anchor(following path: String) throws -> Descriptor {
    try directory(following: path, flags: clinux_open_path_only)
  }

  private static func directory(following path: String, flags: Int32) throws -> Descriptor {
    let number = unsafe open(path, flags | O_DIRECTORY | O_CLOEXEC)
    guard number >= 0 else { throw FileSystemError(operation: "open the directory", path: path) }
    return Descriptor(number: number, path: path)
  }

  /// Opens for reading what `relative` names below this directory, following no symbolic link in any of its parts and climbing
  /// nowhere. Never waits for the other end of a pipe.
  package func opening(_ relative: String) throws -> Descriptor {
    try opening(relative, flags: O_RDONLY | O_NONBLOCK | O_NOCTTY)
  }

  /// The same for a directory that others are only opened from.
  package func openingAnchor(_ relative: String) throws -> Descriptor {
    try opening(relative, flags: clinux_open_path_only | O_DIRECTORY)
  }

  /// One part after the other, each from the directory before it. openat2(2) would do it in one call, and is the one that
  /// `RestrictSUIDSGID=` of the units must forbid: it cannot look into its arguments.
  private func opening(_ relative: String, flags: Int32) throws -> Descriptor {
    var parts = relative.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let last = parts.popLast().map { String(Substring($0)) } ?? ""
    var directory = self
    for part in parts {
      directory = try directory.openingPart(String(Substring(part)), flags: clinux_open_path_only | O_DIRECTORY)
    }
    return try directory.openingPart(last, flags: flags)
  }

  private func openingPart(_ name: String, flags: Int32) throws -> Descriptor {
    guard !name.isEmpty, name != ".." else { throw FileSystemError(operation: "open", path: child(name), code: EINVAL) }
    let number = unsafe openat(self.number, name, flags | O_NOFOLLOW | O_CLOEXEC)
    guard number < 0 else { return Descriptor(number: number, path: child(name)) }
    let code = errno
    // A link in the place of a directory is told as what it is.
    if code == ELOOP || code == ENOTDIR && isSymbolicLink(name) { throw WeightsError.symbolicLink(child(name)) }
    throw FileSystemError(operation: "open", path: child(name), code: code)
  }

  private func isSymbolicLink(_ name: String) -> Bool {
    var status = stat()
    return unsafe fstatat(number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// The directory that this one stands in; at the root of the file system, itself.
  package func openingParent() throws -> Descriptor {
    let number = unsafe openat(self.number, "..", clinux_open_path_only | O_DIRECTORY | O_CLOEXEC)
    guard number >= 0 else { throw FileSystemError(operation: "open the directory above", path: path) }
    return Descriptor(number: number, path: child(".."))
  }

  package func status() throws -> FileStatus {
    var status = stat()
    guard unsafe fstat(number, &status) == 0 else { throw FileSystemError(operation: "examine", path: path) }
    return FileStatus(status)
  }

  /// The status of what `name` stands for in this directory; a symbolic link is not followed unless asked for.
  package func status(of name: String, followingLink: Bool = false) throws -> FileStatus {
    var status = stat()
    guard unsafe fstatat(number, name, &status, followingLink ? 0 : AT_SYMLINK_NOFOLLOW) == 0 else {
      throw FileSystemError(operation: "examine", path: child(name))
    }
    return FileStatus(status)
  }

  /// The names in this directory as bytes, in no particular order; nil when there are more than `limit`.
  package func names(limit: Int) throws -> [[UInt8]]? {
    let copy = unsafe openat(number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0, let stream = unsafe fdopendir(copy) else { throw FileSystemError(operation: "list", path: path) }
    defer { unsafe closedir(stream) }
    var names: [[UInt8]] = []
    while let name = unsafe clinux_next_name(stream) {
      guard names.count < limit else { return nil }
      names.append(unsafe Array(UnsafeRawBufferPointer(start: name, count: strlen(name))))
    }
    guard errno == 0 else { throw FileSystemError(operation: "list", path: path) }
    return names
  }

  /// Where the symbolic link `name` points, or nil when there is nothing of that name.
  package func linkTarget(_ name: String) throws -> String? {
    var buffer = [UInt8](repeating: 0, count: WeightsPath.longest + 1)
    let count = unsafe buffer.withUnsafeMutableBytes { bytes in
      unsafe bytes.baseAddress.map { unsafe readlinkat(number, name, $0, bytes.count) } ?? -1
    }
    if count < 0, errno == ENOENT { return nil }
    guard count >= 0 else { throw FileSystemError(operation: "read the link", path: child(name)) }
    return String(decoding: buffer.prefix(count), as: UTF8.self)
  }

  /// The absolute path of this directory with every link resolved.
  package func realPath() throws -> String {
    guard let resolved = unsafe realpath(path, nil) else { throw FileSystemError(operation: "resolve", path: path) }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  package func child(_ name: String) -> String { path.hasSuffix("/") ? path + name : "\(path)/\(name)" }
}
