import Foundation

/// `python3`, asked for a second opinion. `make test` installs it.
package enum Python {
  /// The lines that `program` prints when `lines` are its input; at most five minutes.
  package static func run(_ program: String, _ lines: [String]) throws -> [String] {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("question-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: file)
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["timeout", "300", "python3", "-c", program]
    process.standardInput = try FileHandle(forReadingFrom: file)
    process.standardOutput = output
    try process.run()
    let answer = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw PythonFailed() }
    return String(decoding: answer, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}

/// `python3` is missing or did not finish; its complaint is on standard error.
package struct PythonFailed: Error {}
