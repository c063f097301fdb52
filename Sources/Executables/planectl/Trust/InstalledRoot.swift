import Glibc
import Signing
import WeightsDigest
import Wire

/// Puts a complete root beside those before it, whole or not at all, and never over another.
struct InstalledRoot {
  let home: Home
  let version: Int

  /// - Throws: `Failure` when there is a file of this version already.
  func write(_ envelope: UnverifiedEnvelope) throws {
    let path = home.rootFile(ofVersion: version)
    let whole = "\(path).\(Random.hex(bytes: 4))"
    try TextFile.create(envelope.serialized + [UInt8(ascii: "\n")], path: whole, mode: 0o644)
    defer { _ = unsafe unlink(whole) }
    // link(2), unlike rename(2), takes the place of nothing.
    guard unsafe link(whole, path) == 0 else {
      guard errno == EEXIST else { throw FileSystemError(operation: "write", path: path) }
      throw Failure.refused("\(path) exists; an installed root is never replaced")
    }
    let folder = unsafe open(home.trust, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw FileSystemError(operation: "open", path: home.trust) }
    defer { close(folder) }
    guard fsync(folder) == 0 else { throw FileSystemError(operation: "write", path: home.trust) }
  }
}
