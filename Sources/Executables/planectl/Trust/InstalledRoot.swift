import Attestations
import Glibc
import PlaneContract
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

/// Tells the planes that this home has started to read the new root, and waits until each says that it goes by it.
struct Reloading {
  static let deadline = Duration.seconds(15)
  static let interval = Duration.milliseconds(100)

  enum Outcome {
    /// It does not run here; it reads the root when it starts.
    case away
    case accepted
    case refused(String)
  }

  let session: Session
  let version: Int

  func reload(_ plane: Role) async throws -> Outcome {
    guard let pid = DaemonProcess(home: session.home, plane: plane).pid else { return .away }
    let clock = ContinuousClock()
    let end = clock.now.advanced(by: Self.deadline)
    var problem = "it has not answered"
    var isFirst = true
    while clock.now < end {
      // Again each time: one that came while the plane was still starting was not heard.
      guard kill(pid, SIGHUP) == 0 else { return .away }
      try await Task.sleep(for: isFirst ? .milliseconds(20) : Self.interval)
      isFirst = false
      do {
        let status = try await session.status(of: plane).value
        if status.trustRootVersion >= version { return .accepted }
        problem = status.health
      } catch let error as ReplyError {
        return .refused("\(error); if its key was replaced, put the new key in place and start it again")
      } catch let failure as Failure where failure.status == .unreachable { problem = failure.message }
    }
    return .refused("it goes by an older root: \(problem)")
  }
}
