import Foundation
import FuzzProperties
import Testing

/// One input of a target, kept as a file: a seed, or what the fuzzer once found.
struct KeptInput {
  let path: String
  let bytes: [UInt8]

  /// A seed that must be accepted, so that the target does not only ever see rubbish.
  var isSound: Bool { URL(fileURLWithPath: path).lastPathComponent.hasPrefix("sound-") }

  /// Of the repository; and of `FUZZ_CORPUS`, the folder where `make fuzz` gathers what it finds.
  static func all(of target: String) throws -> [KeptInput] {
    let fuzz = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fuzz")
    var folders = [fuzz.appendingPathComponent("corpus"), fuzz.appendingPathComponent("crashes")]
    if let found = ProcessInfo.processInfo.environment["FUZZ_CORPUS"] { folders.append(URL(fileURLWithPath: found)) }
    return try folders.flatMap { try files(in: $0.appendingPathComponent(target).path) }
  }

  private static func files(in folder: String) throws -> [KeptInput] {
    guard FileManager.default.fileExists(atPath: folder) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
      let path = "\(folder)/\(name)"
      return KeptInput(path: path, bytes: Array(try Data(contentsOf: URL(fileURLWithPath: path))))
    }
  }
}
