import Foundation
import Signing

/// Folders of this run, in those that run.sh makes and removes.
enum Scratch {
  enum Medium: String {
    case disk = "SCRATCH"
    case memory = "MEMORY_SCRATCH"
  }

  static func folder(on medium: Medium = .disk) throws -> String {
    guard let scratch = ProcessInfo.processInfo.environment[medium.rawValue] else {
      throw BenchError("\(medium.rawValue) must name a folder in \(medium), with a short path")
    }
    let path = "\(scratch)/\(Random.hex(bytes: 4))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    return path
  }

  /// Sooner than at the end, because there can be gigabytes in it.
  static func remove(_ folder: String) {
    // The stored weights are read-only, their folders too.
    _ = try? Command.run("/bin/chmod", ["-R", "u+w", folder])
    try? FileManager.default.removeItem(atPath: folder)
  }
}
