import Glibc
import Signing
import WeightsDigest

/// Small files of a home, read and written whole.
enum TextFile {
  static let maximumByteCount = 1 << 20
  /// What people say in the place of a path for the standard output.
  static let standardOutput = "-"

  /// Throws `FileSystemError`; a file longer than 1 MiB is none of a home's.
  ///
  /// - Parameter maximum: another bound, for files that are larger by their nature. No more than that is read.
  static func read(_ path: String, maximum: Int = maximumByteCount) throws -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw FileSystemError(operation: "read", path: path) }
    defer { close(descriptor) }
    let known = byteCount(of: path)
    guard known <= maximum else { throw FileSystemError(operation: "read", path: path, code: EFBIG) }
    // What is no file has no length: then as much as may be.
    var bytes = [UInt8](repeating: 0, count: (known > 0 ? known : maximum) + 1)
    var count = 0
    while count < bytes.count {
      let got = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe Glibc.read(descriptor, buffer.baseAddress.map { unsafe $0 + count }, buffer.count - count)
      }
      guard got >= 0 else { throw FileSystemError(operation: "read", path: path) }
      guard got > 0 else { return Array(bytes.prefix(count)) }
      count += got
    }
    throw FileSystemError(operation: "read", path: path, code: EFBIG)
  }

  /// The last lines of what stands behind `offset`, at most 16 KiB of them.
  static func end(of path: String, after offset: Int) throws -> String {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw FileSystemError(operation: "read", path: path) }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 16 << 10)
    let start = max(offset, lseek(descriptor, 0, SEEK_END) - bytes.count)
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, start) }
    guard count >= 0 else { throw FileSystemError(operation: "read", path: path) }
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }

  /// How long a file is; 0 when it is not there.
  static func byteCount(of path: String) -> Int {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  /// Whether a file was written after another; false where one of them is not there.
  static func isNewer(_ path: String, than other: String) -> Bool {
    var (status, otherStatus) = (stat(), stat())
    guard unsafe stat(path, &status) == 0, unsafe stat(other, &otherStatus) == 0 else { return false }
    let (time, otherTime) = (status.st_mtim, otherStatus.st_mtim)
    return (time.tv_sec, time.tv_nsec) > (otherTime.tv_sec, otherTime.tv_nsec)
  }

  /// Makes a new file of exactly this mode, never following or replacing what is there.
  static func create(_ bytes: some Collection<UInt8>, path: String, mode: mode_t = 0o600) throws {
    try write(bytes, path: path, flags: O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode)
  }

  /// Makes the file, or replaces what is in it: whole, or not at all. What is no regular file, as a device, is written to.
  static func replace(_ bytes: some Collection<UInt8>, path: String) throws {
    var status = stat()
    let isThere = unsafe lstat(path, &status) == 0
    guard !isThere || status.st_mode & S_IFMT == S_IFREG else {
      return try write(bytes, path: path, flags: O_TRUNC | O_NOFOLLOW, mode: 0o600)
    }
    let whole = "\(path).\(Random.hex(bytes: 4))"
    do {
      try create(bytes, path: whole, mode: isThere ? status.st_mode & 0o777 : 0o600)
      guard unsafe rename(whole, path) == 0 else { throw FileSystemError(operation: "write", path: path) }
    } catch {
      _ = unsafe unlink(whole)
      guard let error = error as? FileSystemError else { throw error }
      throw FileSystemError(operation: "write", path: path, code: error.code)
    }
  }

  /// Adds to the end of the file and returns once the bytes are on the disk.
  static func append(_ bytes: some Collection<UInt8>, path: String) throws {
    try write(bytes, path: path, flags: O_CREAT | O_APPEND, mode: 0o600)
  }

  private static func write(_ bytes: some Collection<UInt8>, path: String, flags: Int32, mode: mode_t) throws {
    let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY | flags, mode)
    guard descriptor >= 0 else { throw FileSystemError(operation: "write", path: path) }
    defer { close(descriptor) }
    // A caller's umask must not keep from the planes what they are to read.
    guard flags & O_EXCL == 0 || fchmod(descriptor, mode) == 0 else {
      throw FileSystemError(operation: "write", path: path)
    }
    var rest = Array(bytes)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count >= 0 else { throw FileSystemError(operation: "write", path: path) }
      rest = rest.dropFirst(count)
    }
    // A pipe or a device has no disk to wait for.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw FileSystemError(operation: "write", path: path) }
  }
}
