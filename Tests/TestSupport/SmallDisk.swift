import Foundation
import Glibc

/// A file system of a few megabytes that lies over folders of a home, one for each, with what was in them: for tests that fill it
/// up. It is mounted in a namespace of its own, which only processes started with `entering` see, and is gone with this object.
///
/// Needs root, or a kernel that lets anybody make a user namespace.
package final class SmallDisk: Sendable {
  /// Whether this machine lets us mount; a suite that asks is otherwise reported as skipped.
  package static let isAvailable: Bool = {
    let trial = Process()
    trial.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    trial.arguments = ["unshare"] + namespaces + ["mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    trial.standardError = FileHandle.nullDevice
    guard (try? trial.run()) != nil else { return false }
    trial.waitUntilExit()
    return trial.terminationStatus == 0
  }()

  private static let namespaces = geteuid() == 0 ? ["--mount"] : ["--mount", "--map-root-user"]

  /// Keeps the namespace, and with it the file systems, alive.
  private let holder: ChildProcess

  /// Lays a file system over each folder, of so many bytes.
  package init(over folders: [(path: String, byteCount: Int)], log: String) async throws {
    let ready = "\(log).ready"
    let script = """
      set -e
      while [ $# -gt 1 ]; do
        cp -a "$1" "$1.below"
        mount -t tmpfs -o "size=$2,mode=700" tmpfs "$1"
        cp -a "$1.below/." "$1/"
        shift 2
      done
      touch "$1"
      exec sleep 600
      """
    let places = folders.flatMap { [$0.path, "\($0.byteCount)"] }
    let arguments = ["unshare"] + Self.namespaces + ["sh", "-c", script, "sh"] + places + [ready]
    let holder = try ChildProcess("/usr/bin/env", arguments, log: log)
    self.holder = holder
    try await pollUntil("the small disks are mounted") {
      if let code = holder.exitCode { throw ProcessFailure("mounting ended with \(code); see \(log)") }
      return FileManager.default.fileExists(atPath: ready)
    }
  }

  /// What a command begins with to run where the disks are.
  package var entering: [String] {
    ["nsenter", "--target", "\(holder.pid)", "--mount"] + (geteuid() == 0 ? [] : ["--user", "--preserve-credentials"])
  }

  /// Where a path on the disks is found from outside.
  package func outside(_ path: String) -> String { "/proc/\(holder.pid)/root\(path)" }

  /// Takes all the room that is left on the disk at `folder` but `left` bytes, with one file that is in nobody's way.
  package func fill(_ folder: String, leaving left: Int = 0) throws {
    try empty(folder)
    var status = statvfs()
    guard statvfs(outside(folder), &status) == 0 else { throw ProcessFailure("no disk at \(folder): error \(errno)") }
    let descriptor = open(outside(Self.ballast(folder)), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    defer { close(descriptor) }
    let size = Int(status.f_bavail) * Int(status.f_bsize) - left
    guard size > 0 else { return }
    let code = posix_fallocate(descriptor, 0, size)
    guard code == 0 else { throw ProcessFailure("the disk at \(folder) could not be filled: error \(code)") }
  }

  /// Gives the room back.
  package func empty(_ folder: String) throws {
    guard unlink(outside(Self.ballast(folder))) == 0 || errno == ENOENT else {
      throw ProcessFailure("the disk at \(folder) could not be emptied: error \(errno)")
    }
  }

  private static func ballast(_ folder: String) -> String { "\(folder)/ballast" }
}
