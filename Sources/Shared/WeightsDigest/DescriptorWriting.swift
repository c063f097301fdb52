import CLinux
import Glibc

extension Descriptor {
  /// Opens the directory at `path`, whose links are followed, making its last part durably where it is missing.
  package static func makingDirectory(following path: String) throws -> Descriptor {
    if unsafe mkdir(path, 0o755) == 0 {
      try directory(following: path + "/..").sync()
    } else if errno != EEXIST {
      throw FileSystemError(operation: "make", path: path)
    }
    return try directory(following: path)
  }

  /// Makes a directory below this one and opens it. `name` must be new.
  package func makingDirectory(_ name: String, mode: mode_t = 0o700) throws -> Descriptor {
    guard unsafe mkdirat(number, name, mode) == 0 else { throw FileSystemError(operation: "make", path: child(name)) }
    return try opening(name)
  }

  /// Opens the directory `name` below this one, making it and syncing this one where it is missing. Whatever the umask, who may pass
  /// through this directory may read in that one.
  package func openingOrMakingDirectory(_ name: String) throws -> Descriptor {
    if unsafe mkdirat(number, name, 0o755) == 0 {
      let made = try opening(name)
      try made.setMode(0o755)
      try sync()
      return made
    } else if errno != EEXIST {
      throw FileSystemError(operation: "make", path: child(name))
    }
    return try opening(name)
  }

  /// Makes a file below this directory, open for writing and readable by nobody else yet. `relative` must be new.
  func makingFile(_ relative: String) throws -> Descriptor {
    let number = unsafe openat(self.number, relative, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard number >= 0 else { throw FileSystemError(operation: "make", path: child(relative)) }
    return Descriptor(number: number, path: child(relative))
  }

  /// Writes every byte, or throws.
  func write(_ bytes: Span<UInt8>) throws {
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.extracting(written...).withUnsafeBytes { rest in
        unsafe Glibc.write(number, rest.baseAddress, rest.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw FileSystemError(operation: "write", path: path) }
      written += count
    }
  }

  /// The same, and has the disk begin with it: a sync at the end of a large file, on which others' commits would wait too, then has
  /// little left to do. Whether all of it arrives is for that sync to say.
  func writeThrough(_ bytes: Span<UInt8>) throws {
    try write(bytes)
    clinux_begin_writing(number)
  }

  package func setMode(_ mode: mode_t) throws {
    guard fchmod(number, mode) == 0 else { throw FileSystemError(operation: "set the mode of", path: path) }
  }

  /// Waits until what was written here is on the disk.
  package func sync() throws {
    guard fsync(number) == 0 else { throw FileSystemError(operation: "sync", path: path) }
  }

  /// Waits until everything on this directory's file system is on the disk: whatever was made or written there since this was
  /// opened, by anybody, and a failure of any of it.
  package func syncFileSystem() throws {
    guard clinux_sync_file_system(number) == 0 else {
      throw FileSystemError(operation: "sync the file system of", path: path)
    }
  }

  /// Renames within this directory, in one step: the new name is taken, replaced or exchanged as `mode` says.
  package func rename(_ old: String, to new: String, _ mode: RenameMode) throws {
    guard unsafe clinux_rename(number, old, number, new, mode.rawValue) == 0 else {
      throw FileSystemError(operation: "rename \(Printable.text(old)) to", path: child(new))
    }
  }

  package enum RenameMode: UInt32 {
    case replacing = 0
    case refusingToReplace = 1
    case exchanging = 2
  }

  /// Makes a symbolic link in this directory. `name` must be new.
  package func makeLink(_ name: String, to target: String) throws {
    guard unsafe symlinkat(target, number, name) == 0 else {
      throw FileSystemError(operation: "make", path: child(name))
    }
  }

  /// Removes a file or link. Returns false when there was none.
  @discardableResult
  package func removeFile(_ name: String) throws -> Bool {
    if unsafe unlinkat(number, name, 0) == 0 { return true }
    if errno == ENOENT { return false }
    throw FileSystemError(operation: "remove", path: child(name))
  }

  /// Removes a directory. Returns false when it is missing or not empty.
  @discardableResult
  package func removeDirectory(_ name: String) throws -> Bool {
    if unsafe unlinkat(number, name, AT_REMOVEDIR) == 0 { return true }
    if errno == ENOENT || errno == ENOTEMPTY || errno == EEXIST { return false }
    throw FileSystemError(operation: "remove", path: child(name))
  }

  /// The bytes that the user of this process may still write to the file system that this stands on.
  package func freeSpace() throws -> Int64 {
    var space = statvfs()
    guard unsafe fstatvfs(number, &space) == 0 else { throw FileSystemError(operation: "examine", path: path) }
    let (bytes, overflow) = Int64(clamping: space.f_bavail).multipliedReportingOverflow(
      by: Int64(clamping: space.f_frsize))
    return overflow ? .max : bytes
  }
}
