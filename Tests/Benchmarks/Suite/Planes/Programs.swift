import Foundation

/// The release programs under measurement.
enum Programs {
  static func path(_ name: String) throws -> String {
    guard let folder = ProcessInfo.processInfo.environment["BIN"] else {
      throw BenchError("BIN must name the folder of the release programs")
    }
    return "\(folder)/\(name)"
  }
}

/// Another program, run to its end.
enum Command {
  /// What it wrote to stdout and stderr. Throws when it fails.
  @discardableResult
  static func run(_ program: String, _ arguments: [String]) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw BenchError("\(program) \(arguments): \(text)") }
    return text
  }
}

struct BenchError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
