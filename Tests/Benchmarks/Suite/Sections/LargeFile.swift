import Foundation
import Signing

/// One file of 2 GiB, which can become other weights of the same size.
struct LargeFile {
  static let megabytes = 2048

  private let folder: String
  var path: String { "\(folder)/large" }

  init(on medium: Scratch.Medium) throws {
    folder = try Scratch.folder(on: medium)
    try Command.run("/bin/sh", ["-euc", "head -c \(Self.megabytes << 20) /dev/urandom > '\(path)'; sync '\(path)'"])
  }

  func remove() { Scratch.remove(folder) }

  /// Writes other bytes at the beginning.
  func change() throws {
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.write(contentsOf: Data(Random.hex(bytes: 16).utf8))
    try file.close()
  }

  /// What openssl says that it is, and what that took.
  func digest() throws -> (Digest, Effort) {
    var answer = ""
    let effort = try Effort { answer = try Command.run("/usr/bin/env", ["openssl", "dgst", "-sha256", "-r", path]) }
    guard let digest = Digest(hex: String(answer.prefix(64))) else { throw BenchError("openssl says \(answer)") }
    return (digest, effort)
  }

  /// Seconds that a copy takes until it is on the disk, with no other work done on the way.
  func durableCopy() throws -> Double {
    let copy = "\(folder)/copy"
    let effort = try Effort { try Command.run("/bin/dd", ["if=\(path)", "of=\(copy)", "bs=1M", "conv=fsync"]) }
    try FileManager.default.removeItem(atPath: copy)
    return effort.seconds
  }
}
